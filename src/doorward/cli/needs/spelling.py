"""The ways to write a call: `s3.put_object`, `s3:PutObject`, `aws s3api put-object …`."""

import re
from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from types import MappingProxyType

from doorward.base.errors import BadInput
from doorward.catalog import actions
from doorward.wire import catalogue, model

CLI_SERVICES: Mapping[str, str] = MappingProxyType(
    {"s3api": "s3", "deploy": "codedeploy", "configservice": "config"}
)
"""Services that the AWS CLI calls otherwise than botocore.

https://docs.aws.amazon.com/cli/latest/reference/
"""

HIGH_LEVEL: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "ls": ("s3:ListBucket", "s3:ListAllMyBuckets"),
        "mb": ("s3:CreateBucket",),
        "rb": ("s3:DeleteBucket",),
        "cp": ("s3:GetObject", "s3:PutObject", "s3:ListBucket"),
        "mv": ("s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:ListBucket"),
        "rm": ("s3:DeleteObject", "s3:ListBucket"),
        "sync": ("s3:ListBucket", "s3:GetObject", "s3:PutObject", "s3:DeleteObject"),
        "presign": ("s3:GetObject",),
        "website": ("s3:PutBucketWebsite",),
    }
)
"""What the commands of `aws s3` may ask for; it hangs on their flags and on which side is S3's.

https://docs.aws.amazon.com/cli/latest/reference/s3/
"""

Call = tuple[str, str]


def call(written: str) -> Call | tuple[str, ...]:
    """The service and operation of botocore that *written* means, or the actions of an action.

    Raises:
        BadInput: there is no such call and no such action; says what comes near.
    """
    words = written.split()
    if words[:1] == ["aws"]:
        return _of_command(written, _plain(words[1:]))
    service, mark, name = _parted(written)
    if not mark:
        help_text = "write it as `s3.put_object`, `s3:PutObject` or `aws s3api put-object`"
        raise BadInput("", f"`{written}` is no call", help_text)
    known = actions.find(f"{service}:{name}")
    for candidate in _services(service):
        operation = _operation(candidate, name)
        if operation is not None:
            return candidate, operation
    if known is not None:
        return (known.full_name,)
    raise _no(written, service, name)


def _plain(words: Sequence[str]) -> list[str]:
    """The service and the operation among *words* of a command, without global flags."""
    found: list[str] = []
    skip = False
    for word in words:
        if skip:
            skip = False
        elif word.startswith("--"):
            skip = "=" not in word and not found
        else:
            found.append(word)
        if len(found) == len(("service", "operation")):
            break
    return found


def _of_command(written: str, words: Sequence[str]) -> Call | tuple[str, ...]:
    if len(words) != len(("service", "operation")):
        raise BadInput("", f"`{written}` names no operation", "such as `aws s3api put-object`")
    service, name = words
    if service == "s3":
        if name not in HIGH_LEVEL:
            raise BadInput("", f"`aws s3` has no command `{name}`", ", ".join(HIGH_LEVEL))
        return HIGH_LEVEL[name]
    service = CLI_SERVICES.get(service, service)
    operation = _operation(service, name) if service in model.names() else None
    if operation is None:
        raise _no(written, service, name)
    return service, operation


def _parted(written: str) -> tuple[str, str, str]:
    """Service and name, parted by a dot or a colon."""
    at = re.search(r"[.:]", written)
    if at is None:
        return written, "", ""
    service = written[: at.start()].removeprefix("client_").strip()
    return service.lower(), at.group(), written[at.end() :].removesuffix("()").strip()


def _services(prefix: str) -> Iterator[str]:
    """Botocore's services that *prefix*, of a client or of an action, may mean."""
    names = (prefix, *catalogue.signed_as(prefix))
    yield from dict.fromkeys(one for one in names if one in model.names())


def _operation(service: str, name: str) -> str | None:
    asked = _squeezed(name)
    for one in model.service(service).operation_names:
        if _squeezed(one) == asked:
            return one
    return None


def _squeezed(name: str) -> str:
    return re.sub(r"[-_]", "", name).lower()


def _no(written: str, service: str, name: str) -> BadInput:
    """The refusal of a call, with those that come near."""
    names = {_squeezed(one.name): one.full_name for one in actions.actions(service)}
    near = [names[one] for one in get_close_matches(_squeezed(name), names, 3)]
    help_text = f"did you mean {', '.join(near)}?" if near else "doorward actions search WORD"
    return BadInput("", f"no call `{written}`", help_text)
