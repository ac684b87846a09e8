"""The identity-based policies of one user, group or role, for the simulator and reports."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from doorward.base.arn import Arn
from doorward.services.context import Context
from doorward.services.iam import attachments, holders, managed
from doorward.services.iam.errors import InvalidInput, NoSuchEntity
from doorward.services.iam.holders import FINDERS, Holder, Kind
from doorward.store import attachments as attached
from doorward.store import groups, inline_policies

Source = Literal["inline", "aws-managed", "user-managed"]


@dataclass(frozen=True, slots=True)
class IdentityPolicy:
    """One policy and where it comes from.

    `kind` and `entity` say on whom it hangs: of a user's policies some hang on its groups. `arn`
    is None for an inline policy.
    """

    source: Source
    kind: Kind
    entity: str
    name: str
    document: str
    arn: str | None = None

    @property
    def id(self) -> str:
        """What the policy simulator calls it: `user_alice_read` inline, else its name.

        Observed, not documented: the form for users and roles; groups by analogy.
        """
        return self.name if self.arn else f"{self.kind}_{self.entity}_{self.name}"


def holder(ctx: Context, arn: str) -> Holder:
    """The user, group or role of that ARN.

    Raises:
        InvalidInput: it is the ARN of something else.
        NoSuchEntity: the account has none.
    """
    parsed = Arn.parse(arn)
    kind, _, rest = parsed.resource.partition("/") if parsed else ("", "", "")
    name = rest.rpartition("/")[2]
    if parsed is None or parsed.service != "iam" or kind not in FINDERS or not name:
        raise InvalidInput(
            f"Invalid Entity Arn: {arn} does not clearly define entity type and name."
        )
    found = FINDERS[kind](ctx, name)
    if found.arn(parsed.partition) != arn:
        raise NoSuchEntity(kind, name)
    return found


def of(ctx: Context, owner: Holder) -> Sequence[IdentityPolicy]:
    """Every policy that counts for *owner*: its own, and for a user those of its groups.

    A managed policy that reaches a user in several ways counts once.

    Raises:
        PolicyNotFound: a policy of AWS that is attached is not in the catalogue any more. It may
            have denied something, so it is not passed over.
    """
    found = list(_hanging_on(ctx, owner))
    if owner.kind == "user":
        for group in groups.all_of_user(ctx.db, ctx.account, owner.id):
            found += _hanging_on(ctx, holders.group(ctx, group.name))
    once: dict[str | IdentityPolicy, IdentityPolicy] = {}
    for policy in found:
        once.setdefault(policy.arn or policy, policy)
    return list(once.values())


def _hanging_on(ctx: Context, owner: Holder) -> Iterator[IdentityPolicy]:
    for inline in inline_policies.of(ctx.db, ctx.account, owner.id):
        yield IdentityPolicy("inline", owner.kind, owner.name, inline.name, inline.document)
    for arn in attachments.ordered(attached.of(ctx.db, ctx.account, owner.id)):
        policy = managed.known(ctx, arn)
        text = managed.document(ctx, policy)
        yield IdentityPolicy(policy.source, owner.kind, owner.name, policy.name, text, arn)
