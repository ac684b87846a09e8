"""Whether a resource policy lets in the public, with an example of a request that gets through.

What is public is what `engine.public` says: an Allow that is held to no fixed values. Such an Allow
lets nobody in where the Denies of the policy leave no request over, which must be proved; where
nothing can be proved, the policy counts as public.

Trust policies name providers of identities too. Who is vouched for there is anybody, unless a
condition says which of the provider's subjects are meant.

https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-custom-policy-checks.html
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from doorward.analysis import universe
from doorward.analysis.access import Access
from doorward.analysis.callers import Caller, callers
from doorward.analysis.federation import open_providers, without_federation
from doorward.analysis.prove import Answer, Verdict, difference
from doorward.base.arn import ACCOUNT_DIGITS
from doorward.engine.compile import NamedPolicy, PolicySet
from doorward.engine.decision import PolicyKind
from doorward.engine.public import names_some, open_statements
from doorward.engine.request import PrincipalKind
from doorward.policy.document import (
    Effect,
    Policy,
    PrincipalEntry,
    Principals,
    Statement,
    Text,
    Texts,
)

STRANGERS = (
    PrincipalKind.ANONYMOUS,
    PrincipalKind.ROLE_SESSION,
    PrincipalKind.USER,
    PrincipalKind.ROOT,
    PrincipalKind.WEB_IDENTITY,
)
"""Who can be the public, in the order in which examples are looked for."""

TRUST = "AWS::IAM::AssumeRolePolicyDocument"
RESOURCE_TYPES = (
    "AWS::ApiGateway::RestApi",
    "AWS::Backup::BackupVault",
    "AWS::CloudTrail::Dashboard",
    "AWS::CloudTrail::EventDataStore",
    "AWS::CodeArtifact::Domain",
    "AWS::DynamoDB::Stream",
    "AWS::DynamoDB::Table",
    "AWS::EFS::FileSystem",
    TRUST,
    "AWS::KMS::Key",
    "AWS::Kinesis::Stream",
    "AWS::Kinesis::StreamConsumer",
    "AWS::Lambda::Function",
    "AWS::OpenSearchService::Domain",
    "AWS::S3::AccessPoint",
    "AWS::S3::Bucket",
    "AWS::S3::Glacier",
    "AWS::S3Express::AccessPoint",
    "AWS::S3Express::DirectoryBucket",
    "AWS::S3Outposts::AccessPoint",
    "AWS::S3Outposts::Bucket",
    "AWS::S3Tables::Table",
    "AWS::S3Tables::TableBucket",
    "AWS::SNS::Topic",
    "AWS::SQS::Queue",
    "AWS::SecretsManager::Secret",
)
"""What a policy can be attached to, by AWS's names.

https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_CheckNoPublicAccess.html
"""

OF_SIGNED = ("aws:principalorgid", "aws:principalorgpaths")
"""Condition keys that requests without a signature do not have."""

NOBODY = "nobody was found whose request gets through, and nobody could be ruled out"
EVERYTHING = Texts((Text("*"),))


@dataclass(frozen=True, slots=True)
class Opening:
    """A statement that lets in the public.

    `answer` is REFUTED with a request of `caller` that gets through. Where none was found that
    could be shown, it is UNKNOWN and `caller` is None.
    """

    statement: Statement
    answer: Answer
    caller: Caller | None = None


def kind_of(resource_type: str) -> PolicyKind:
    """The kind of the policies of *resource_type*, one of `RESOURCE_TYPES`."""
    return PolicyKind.TRUST if resource_type == TRUST else PolicyKind.RESOURCE


def openings(policy: Policy, kind: PolicyKind = PolicyKind.RESOURCE) -> Iterator[Opening]:
    """The statements by which *policy* lets in the public; none where it is proved not to.

    Statements that name no resource are about whatever they are attached to.
    """
    whole = replace(policy, statements=tuple(map(_about_anything, policy.statements)))
    denies = tuple(one for one in whole.statements if one.effect is Effect.DENY)
    for statement in _open(whole, kind):
        answer = _through(replace(whole, statements=(statement, *denies)), kind)
        if answer.verdict is Verdict.PROVED:
            continue
        found = _example(replace(whole, statements=(statement, *denies)), kind)
        untold = Answer(Verdict.UNKNOWN, reason=answer.reason or NOBODY)
        yield Opening(policy.statements[statement.index], *(found or (untold, None)))


def _about_anything(statement: Statement) -> Statement:
    if statement.resources is None and statement.not_resources is None:
        return replace(statement, resources=EVERYTHING)
    return statement


def _open(policy: Policy, kind: PolicyKind) -> Iterator[Statement]:
    """The Allows that are held to no fixed values."""
    if kind is not PolicyKind.TRUST:
        yield from open_statements(policy)
        return
    for statement in policy.statements:
        alone = replace(policy, statements=(statement,))
        signed = any(open_statements(without_federation(alone)))
        if signed or any(open_providers(alone)):
            yield statement


def _through(policy: Policy, kind: PolicyKind) -> Answer:
    """Whether nobody gets through, whoever it is; Denies of some callers only do not count."""
    rest = tuple(
        one for one in policy.statements if one.effect is Effect.ALLOW or _of_everybody(one)
    )
    answer = difference(Access(_set(kind, replace(policy, statements=rest))), Access(_set(kind)))
    allowed = policy.statements[0].actions
    unknown = universe.strange(one.value for one in allowed.items) if allowed else []
    if answer.verdict is Verdict.PROVED and unknown:
        return Answer(Verdict.UNKNOWN, reason=f"the catalogue does not know {', '.join(unknown)}")
    return answer


def _of_everybody(statement: Statement) -> bool:
    """Whether *statement* is about the whole public, whomever it is about besides."""
    element, others = statement.principals, statement.not_principals
    if element is None:
        return others is not None and names_some(others)
    return element.everyone or any(
        entry.kind.value == "AWS" and any(value.value == "*" for value in entry.values.items)
        for entry in element.entries
    )


def _example(policy: Policy, kind: PolicyKind) -> tuple[Answer, Caller] | None:
    """A request of a stranger that *policy* allows."""
    named = set(_names(policy))
    allowing, nothing = _set(kind, policy), _set(kind)
    for caller in sorted(_strangers(policy, named), key=_nearest_first):
        who, given = caller.principal, caller.given
        if who.kind is PrincipalKind.ANONYMOUS:
            given = replace(given, settled={**given.settled, **dict.fromkeys(OF_SIGNED)})
        answer = difference(Access(allowing, who), Access(nothing, who), given)
        if answer.verdict is Verdict.REFUTED:
            return answer, caller
    return None


def _strangers(policy: Policy, named: set[str]) -> Iterator[Caller]:
    """Callers whose accounts the Principals of *policy* do not name; providers that they do."""
    guessed = Policy((Statement(Effect.ALLOW, principals=_accounts(policy)),))
    for caller in callers([policy, guessed]):
        who = caller.principal
        if who.kind is PrincipalKind.WEB_IDENTITY:
            of_interest = who.arn in named
        else:
            of_interest = not any(who.account in name for name in named if who.account)
        if of_interest and who.kind in STRANGERS:
            yield caller


def _nearest_first(caller: Caller) -> int:
    return STRANGERS.index(caller.principal.kind)


def _accounts(policy: Policy) -> Principals:
    """An account for each pattern that accounts are compared with."""
    found = (
        value.value
        for statement in policy.statements
        for condition in statement.conditions or ()
        if condition.key.value.lower() == "aws:principalaccount"
        for value in condition.values.items
        if "*" in value.value or "?" in value.value
    )
    items = tuple(Text(_filled(one)) for one in dict.fromkeys(found))
    return Principals((PrincipalEntry(Text("AWS"), Texts(items)),))


def _filled(pattern: str) -> str:
    """*pattern* with digits in the place of its wildcards."""
    head, star, tail = pattern.replace("?", "9").partition("*")
    missing = ACCOUNT_DIGITS - len(head) - len(tail.replace("*", ""))
    return head + "9" * missing * bool(star) + tail.replace("*", "")


def _names(policy: Policy) -> Iterator[str]:
    for statement in policy.statements:
        element: Principals | None = statement.principals or statement.not_principals
        for entry in element.entries if element else ():
            yield from (value.value for value in entry.values.items)


def _set(kind: PolicyKind, *policies: Policy) -> PolicySet:
    return PolicySet(kind, [NamedPolicy("policy", one) for one in policies])
