"""AWS IAM that anyone can run: the same API, policy language and decisions, with the reasons.

from doorward import Policy, Request, authorize

decision = authorize(
    Request("arn:aws:iam::123456789012:user/alice", "s3:GetObject", "arn:aws:s3:::reports/q1"),
    identity=[Policy(text)],
)
print(decision.explain())
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from doorward.authz.library import Decision, Policy, Request, authorize

__version__ = "0.1.0"
__all__ = ["Decision", "Policy", "Request", "authorize"]


def __getattr__(name: str) -> Any:
    """The library's names, imported when first asked for so that `import doorward` costs nothing.

    Raises:
        AttributeError: there is no such name.
    """
    if name in __all__:
        from doorward.authz import library  # noqa: PLC0415 - late on purpose

        return getattr(library, name)
    raise AttributeError(name)
