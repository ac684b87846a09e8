"""How an operation is declared: one function, named like it, with the finder of its resource."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from doorward.authz.access import Access
from doorward.authz.subject import Subject
from doorward.services.context import Context
from doorward.wire.serialize import Answer

Output = dict[str, Any]
"""What an operation returns: the members of the output shape, in wire casing."""

Handler = Callable[..., Output | Answer]
"""The function; an Answer says besides the output what the model does not, such as a status."""

Parameters = Mapping[str, Any]
"""The members of the input shape, in wire casing, validated."""

Finder = Callable[[Context, Parameters], Access | Iterable[Access]]
"""Finds what an operation is authorized on, by reading the store before the decision."""

Prepare = Callable[[Context, Parameters], Parameters]
"""Slow work that needs no transaction, such as hashing an object's bytes.

Done after the decision and before the handler's transaction, on a connection that only reads; what
it returns is given to the handler instead of the parameters. Handlers work without it too.
"""


class Redeem(NamedTuple):
    """What a request may offer to be used up, such as a one-time code.

    Where the parameters have *member*, *use* is called before the decision, in a transaction of
    its own. That is committed whatever becomes of the request, so that a code is spent and a wrong
    guess counted even if the operation then fails. What *use* returns takes the place of the
    parameters; it refuses nothing itself, but leaves a verdict for finder and handler in them.
    """

    member: str
    use: Prepare


Prove = Callable[[Context, Parameters], Callable[[], Parameters]]
"""Checks a token that stands in for a signature, before anything is decided.

It reads what it needs to know of the provider. What it returns is called once the connection is
given back, for it may ask over the network; that gives the parameters with a `Presented` in the
place of the token, or refuses.
"""


class Presented(str):
    """A token in a request that proves who asks, once it was verified.

    INVARIANT: only what a `Prove` returned is one, so a finder that finds plain text refuses.

    Attributes:
        by: whom it proves.
        account: the account whose provider vouches for them.
        identity: the `userIdentity` of the audit event.
    """

    __slots__ = ("account", "by", "identity")

    by: Subject
    account: str
    identity: Mapping[str, Any]


OWN_ACTION = ""
"""In what a finder returns: the action named like the operation, such as `iam:CreateUser`.

So one finder serves every operation on the same resource.
"""

READS = ("Get", "List", "Head", "Describe", "Simulate", "Decode", "Lookup", "Search", "Select")


@dataclass(frozen=True, slots=True)
class Operation:
    """A declared operation.

    Attributes:
        reads: it changes nothing, so it runs on a read connection and its event is `readOnly`.
        open: no permission is asked for, as for GetCallerIdentity; the caller is still verified.
        unsigned: anonymous callers may call it; S3 decides by policy, AssumeRoleWithSAML by token.
        prepare: what can be done before the transaction, or None.
        redeem: what the request may offer to be used up, or None.
        prove: what checks the token that comes instead of a signature, or None.
    """

    service: str
    name: str
    handler: Handler
    finder: Finder | None
    reads: bool
    unsigned: bool = False
    prepare: Prepare | None = None
    redeem: Redeem | None = None
    prove: Prove | None = None

    def redeems(self, parameters: Parameters) -> bool:
        """Whether *parameters* offer something to be used up."""
        return self.redeem is not None and self.redeem.member in parameters


class Service:
    """The operations of one service; `name` is botocore's name of its model.

    *actions* is the prefix of its actions where that is another one.
    """

    def __init__(self, name: str, *, actions: str | None = None) -> None:
        self.name = name
        self.actions = actions or name
        self.operations: dict[str, Operation] = {}

    def operation(
        self,
        *,
        on: Finder | None,
        reads: bool | None = None,
        unsigned: bool = False,
        name: str | None = None,
        prepare: Prepare | None = None,
        redeem: Redeem | None = None,
        prove: Prove | None = None,
    ) -> Callable[[Handler], Handler]:
        """Declare the decorated function as the operation of its name.

        *on* finds what it is authorized on; None asks for no permission. *reads* follows from the
        name (`Get…`, `List…`) unless given. *name* is the model's name of the operation where it
        does not follow from the function's.
        """

        def declare(handler: Handler) -> Handler:
            spelled = name or wire_name(handler.__name__)
            is_read = spelled.startswith(READS) if reads is None else reads
            finder = on and _acting(f"{self.actions}:{spelled}", on)
            self.operations[spelled] = Operation(
                self.name, spelled, handler, finder, is_read, unsigned, prepare, redeem, prove
            )
            return handler

        return declare


def _acting(action: str, finder: Finder) -> Finder:
    """*finder* with *action* in every access that names none of its own."""

    def find(ctx: Context, parameters: Parameters) -> Iterable[Access]:
        found = finder(ctx, parameters)
        accesses = (found,) if isinstance(found, Access) else found
        return [one if one.action else replace(one, action=action) for one in accesses]

    return find


SPECIAL = {
    "Open Id Connect": "OpenIDConnect",
    "Client Id To": "ClientIDTo",
    "Client Id From": "ClientIDFrom",
    "Saml": "SAML",
    "Mfa": "MFA",
    "Ssh": "SSH",
    "With Web": "WithWeb",
}


def wire_name(function: str) -> str:
    """The model's name of the operation that *function* implements: `create_user` → `CreateUser`.

    A conformance test checks every declared name against the model.
    """
    words = " ".join(word.capitalize() for word in function.split("_"))
    for spelled, name in SPECIAL.items():
        words = words.replace(spelled, name)
    return words.replace(" ", "")
