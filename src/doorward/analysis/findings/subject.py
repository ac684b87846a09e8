"""A resource as it is looked at: what grants access to it, and what RCPs deny above it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

from doorward.analysis import universe
from doorward.catalog import actions
from doorward.engine.compile import PolicySet
from doorward.engine.decision import PolicyKind
from doorward.policy.document import Effect, Policy, Statement

POLICY = "POLICY"
BUCKET_ACL = "BUCKET_ACL"
ACCESS_POINT = "S3_ACCESS_POINT"
ACCESS_POINT_ACCOUNT = "S3_ACCESS_POINT_ACCOUNT"

NOT_APPLICABLE = "NOT_APPLICABLE"
APPLIED = "APPLIED"
FAILED = "FAILED_TO_EVALUATE_RCP"

TYPES: Mapping[str, tuple[str, tuple[str, ...]]] = {
    # the prefix of the actions on each type of resource, and the catalogue's names of what they
    # work on
    "AWS::S3::Bucket": ("s3", ("bucket", "object")),
    "AWS::IAM::Role": ("sts", ("role",)),
    "AWS::SQS::Queue": ("sqs", ("queue",)),
    "AWS::SNS::Topic": ("sns", ("topic",)),
    "AWS::KMS::Key": ("kms", ("key",)),
    "AWS::SecretsManager::Secret": ("secretsmanager", ("Secret",)),
    "AWS::Lambda::Function": (
        "lambda",
        ("function", "function alias", "function version"),
    ),
    "AWS::ECR::Repository": ("ecr", ("repository",)),
    "AWS::DynamoDB::Table": ("dynamodb", ("table", "index")),
}
BELOW: Mapping[str, str] = {
    # what a policy of that type may name besides the resource itself
    "AWS::S3::Bucket": "/*",
    "AWS::DynamoDB::Table": "/*",
    "AWS::Lambda::Function": ":*",
}


@dataclass(frozen=True, slots=True)
class Source:
    """Through what access is granted; `detail` names the access point or its account."""

    kind: str
    detail: tuple[tuple[str, str], ...] = ()


OF_POLICY = Source(POLICY)


@dataclass(frozen=True, slots=True)
class Granting:
    """A policy that grants access, or an ACL written as one.

    Attributes:
        resources: the ARNs that it can be about, with `*` as wildcards.
        also: a policy that must allow the same, as that of a bucket behind an access point.
        also_given: condition keys of requests as that policy sees them.
    """

    policy: Policy
    source: Source = OF_POLICY
    resources: tuple[str, ...] = ()
    also: Policy | None = None
    also_resources: tuple[str, ...] = ()
    also_given: tuple[tuple[str, str], ...] = ()

    def allows(self) -> Iterator[Statement]:
        """The statements that allow something."""
        return (one for one in self.policy.statements if one.effect is Effect.ALLOW)


@dataclass(frozen=True, slots=True)
class Subject:
    """A resource.

    Attributes:
        type: such as `AWS::S3::Bucket`.
        denying: statements of the resource's own policy that deny, whatever grants.
        rcps: the RCPs of each level above it; None where there are none that reach it.
        unread: why the RCPs could not be read, empty where they could.
        error: why nothing is known of the resource, such as `ACCESS_DENIED`; empty otherwise.
    """

    type: str
    arn: str
    account: str
    grantings: Sequence[Granting]
    denying: tuple[Statement, ...] = ()
    rcps: tuple[PolicySet, ...] | None = None
    unread: str = ""
    error: str = ""
    shared_via: tuple[str, ...] = field(default=())

    @property
    def kind(self) -> PolicyKind:
        """What kind of policy it has."""
        return PolicyKind.TRUST if self.type == "AWS::IAM::Role" else PolicyKind.RESOURCE

    @property
    def restriction(self) -> str:
        """What a finding says of RCPs.

        https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_ExternalAccessDetails.html
        """
        if self.unread:
            return FAILED
        service = TYPES[self.type][0]
        denied = any(True for one in self.rcps or () for _ in denials(one))
        return APPLIED if denied and service in actions.rcp_services() else NOT_APPLICABLE


def denials(policies: PolicySet) -> Iterator[Statement]:
    """The statements of *policies* that deny."""
    for named in policies.policies:
        for one in named.policy.statements:
            if one.effect is Effect.DENY:
                yield one


def named_by(kind: str, arn: str) -> tuple[str, ...]:
    """What the policy of a resource can name: it, and what is in it."""
    return (arn, arn + BELOW[kind]) if kind in BELOW else (arn,)


@cache
def actions_on(kind: str) -> int:
    """The actions that work on resources of that type."""
    service, names = TYPES[kind]
    found = 0
    for one in actions.actions(service):
        if any(each.name in names for each in one.resource_types):
            found |= universe.covered(one.full_name.lower(), loose=False)
    return found
