"""Findings about what strangers reach: public resources, and roles that anybody can take on."""

from collections.abc import Iterator

from doorward.analysis.access import Access
from doorward.analysis.account.finding import Check, Finding, Gravity, aws, listed
from doorward.analysis.account.model import Account, PublicAccessBlock, Resource, Role
from doorward.analysis.callers import Caller, callers
from doorward.analysis.federation import open_providers, without_federation
from doorward.analysis.prove import Verdict, difference
from doorward.base.arn import Arn
from doorward.engine.compile import NamedPolicy, PolicySet
from doorward.engine.decision import PolicyKind
from doorward.engine.public import is_public
from doorward.engine.request import PrincipalKind
from doorward.policy.document import Policy

PUBLIC_POLICY = Check(
    "public-policy",
    Gravity.CRITICAL,
    "A resource is public by its policy",
    "Anybody in the world, or in any AWS account, is let in.",
    "Block public access, or name those who need it in the policy.",
    "S3.8",
)
PUBLIC_ACL = Check(
    "public-acl",
    Gravity.CRITICAL,
    "A bucket is public by its ACL",
    "Anybody in the world, or with any AWS account, is let in.",
    "Block public access: ACLs are then as if they gave nothing to the public.",
    "S3.8",
)
OPEN_TRUST = Check(
    "open-trust",
    Gravity.CRITICAL,
    "Strangers can take on a role",
    "Its trust policy holds for callers of accounts that nobody named.",
    "Name the accounts, roles or users in Principal, or hold it to your organization with a "
    "condition on aws:PrincipalOrgID.",
)
OPEN_FEDERATION = Check(
    "open-federation",
    Gravity.CRITICAL,
    "Anybody with an account at an identity provider can take on a role",
    "The trust policy does not say which of the provider's subjects are meant.",
    "Add a condition on the provider's `sub`, such as the repository, the namespace or the user.",
)
PUBLIC_GROUPS = {"AllUsers": "everybody", "AuthenticatedUsers": "every AWS account"}
STRANGE = frozenset({PrincipalKind.ROOT, PrincipalKind.USER, PrincipalKind.ROLE_SESSION})


def findings(account: Account) -> Iterator[Finding]:
    """The findings about resources and trust policies."""
    for resource in account.resources or ():
        yield from _resource(resource, account.block or PublicAccessBlock())
    for role in account.roles:
        yield from _role(role)


def _resource(resource: Resource, of_account: PublicAccessBlock) -> Iterator[Finding]:
    block = resource.block | of_account
    commands = tuple(_blocking(resource.arn))
    policy = resource.policy
    if policy is not None and is_public(policy.policy) and not (block.restrict and commands):
        yield Finding(PUBLIC_POLICY, resource.arn, "Its policy lets in the public.", commands)
    given = [
        f"{permission} to {PUBLIC_GROUPS[group]}"
        for group, permission in resource.granted
        if group in PUBLIC_GROUPS
    ]
    if given and not block.ignore_acls:
        yield Finding(PUBLIC_ACL, resource.arn, f"Its ACL gives {listed(given)}.", commands)


def _blocking(arn: str) -> Iterator[str]:
    """What closes a bucket; other kinds of resources have commands of their own."""
    found = Arn.parse(arn)
    if found is None or found.service != "s3":
        return
    settings = "BlockPublicAcls=true,IgnorePublicAcls=true,BlockPublicPolicy=true"
    where = ("--bucket", found.resource.partition("/")[0])
    every = f"{settings},RestrictPublicBuckets=true"
    configuration = ("--public-access-block-configuration", every)
    yield aws("s3api", "get-bucket-policy", *where)
    yield aws("s3api", "put-public-access-block", *where, *configuration)


def _role(role: Role) -> Iterator[Finding]:
    policy = role.trust.policy
    document = ("--policy-document", "file://trust.json")
    mending = (
        aws(
            "iam", "get-role", "--role-name", role.name, "--query", "Role.AssumeRolePolicyDocument"
        ),
        aws("iam", "update-assume-role-policy", "--role-name", role.name, *document),
    )
    within = without_federation(policy)
    if within.statements and is_public(within) and (who := _stranger(within)) is not None:
        told = f"Its trust policy lets in, for example, {who.name}."
        yield Finding(OPEN_TRUST, role.arn, told, mending)
    open_to = list(dict.fromkeys(open_providers(policy)))
    if open_to:
        told = f"Every subject of {listed(open_to)} can take it on."
        yield Finding(OPEN_FEDERATION, role.arn, told, mending)


def _stranger(policy: Policy) -> Caller | None:
    """Somebody of an account that *policy* does not name, whom it lets in.

    Whom the proof can tell nothing of counts as let in.
    """
    trust = PolicySet(PolicyKind.TRUST, [NamedPolicy("trust policy", policy)])
    nothing = PolicySet(PolicyKind.TRUST, [])
    for caller in callers([policy]):
        who = caller.principal
        if who.kind not in STRANGE or _named(policy, who.account or ""):
            continue
        answer = difference(Access(trust, who), Access(nothing, who), caller.given)
        if answer.verdict is not Verdict.PROVED:
            return caller
    return None


def _named(policy: Policy, account: str) -> bool:
    return any(
        account in value.value
        for statement in policy.statements
        for element in (statement.principals,)
        for entry in (element.entries if element else ())
        for value in entry.values.items
    )
