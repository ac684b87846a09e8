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

from doorward.analysis import strangers, universe
from doorward.analysis.access import access
from doorward.analysis.callers import Caller
from doorward.analysis.federation import open_providers, without_federation
from doorward.analysis.prove import Answer, Verdict, difference
from doorward.engine.decision import PolicyKind
from doorward.engine.public import names_some, open_statements
from doorward.policy.document import (
    Effect,
    Policy,
    Statement,
    Text,
    Texts,
)

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
        found = strangers.example(replace(whole, statements=(statement, *denies)), kind)
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
    made = replace(policy, statements=rest)
    answer = difference(access([made], kind), access([], kind))
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
