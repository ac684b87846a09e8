"""What a request wants: the action, the resource, and what its service knows about both."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from doorward.authz.subject import Subject
from doorward.engine.compile import PolicySet
from doorward.engine.decision import PolicyKind
from doorward.engine.request import EMPTY, Context


@dataclass(frozen=True, slots=True)
class Access:
    """One action on one resource; an operation may need several.

    Attributes:
        action: such as `iam:CreateUser`.
        resource: the full ARN, or `*` for actions without a resource type.
        account: who owns the resource; None means the caller's own account.
        context: keys that this service fills for this action, lower case.
        tags: tags of the resource, for `aws:ResourceTag/…`.
        policy: the resource's own policy, compiled; None where it has none.
        policy_kind: RESOURCE or TRUST, which decides what it can grant and how denials name it.
        named: how AWS's denial names the resource where that is not the ARN, such as `user bob`.
        by: who asks, where a token in the request proves it and not its signature; None means
            the caller.
        restrict_public: S3's RestrictPublicBuckets is in force on this resource.
        via: the service that asks this in the caller's name, such as `s3.amazonaws.com`; None where
            the caller's own request does.
    """

    action: str
    resource: str
    account: str | None = None
    context: Context = field(default_factory=lambda: EMPTY)
    tags: Mapping[str, str] = field(default_factory=dict)
    policy: PolicySet | None = None
    policy_kind: PolicyKind = PolicyKind.RESOURCE
    named: str | None = None
    restrict_public: bool = False
    by: Subject | None = None
    via: str | None = None


@dataclass(frozen=True, slots=True)
class RequestFacts:
    """What the server knows of the request itself, for the global condition keys.

    `called_via` names the services that pass the caller's request on, first one first, such as
    `cloudformation.amazonaws.com`; empty where the caller asks directly.
    """

    region: str
    partition: str
    source_ip: str
    user_agent: str
    secure: bool
    referer: str | None = None
    called_via: tuple[str, ...] = ()
