"""What to do about the unused permissions that a finding tells of.

The policies are those of now, and what was used since the finding is left. Nothing is recommended
of which it is not proved that it takes away only: the recommendation has failed then, and says why.

https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_GetFindingRecommendation.html
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from doorward.analysis import recommendation
from doorward.analysis.account.model import Account, ActionUse, Document, Role, ServiceUse, User
from doorward.analysis.account.unused import UnusedPermissions, UnusedService
from doorward.analysis.recommendation import Step, Unproved
from doorward.base.clock import iso8601
from doorward.base.limits import MANAGED_POLICY_CHARACTERS
from doorward.catalog import actions, managed_policies
from doorward.policy.grammar import size
from doorward.server.findings import unused, written
from doorward.server.findings.subjects import ROLE
from doorward.server.running import Running
from doorward.store import (
    attachments,
    finding_recommendations,
    findings,
    inline_policies,
    policies,
    resource_scans,
)
from doorward.store.snapshot import parsed
from doorward.store.tables.finding import Finding
from doorward.store.tables.finding_recommendation import FAILED, SUCCEEDED
from doorward.store.tables.resource_scan import ResourceScan

PASSING = "iam:PassRole"


class Failed(Exception):
    """Nothing is recommended; `code` is assumed, as AWS publishes none but `SERVICE_ERROR`."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True)
class Question:
    """What is not used, with the policies as they were read, and when these were changed last."""

    found: UnusedPermissions
    updated: Mapping[str, datetime]


def take(running: Running, one: ResourceScan) -> None:
    """Work out the recommendation that was asked for."""
    analyzer, _, name = one.name.partition("/")
    if waiting := running.recorder.flush():
        waiting.result()  # what was used a moment ago is used
    database = running.database
    try:
        with database.moment(), database.read() as db:
            asked = finding_recommendations.find(db, one.account, analyzer, name)
            question = _question(running, db, findings.find(db, one.account, analyzer, name))
        values: dict[str, Any] = {"status": SUCCEEDED, "steps": _answer(question)}
    except Failed as error:
        values = {"status": FAILED, "error": {"code": error.code, "message": str(error)}}
    values["completed_at"] = running.clock.now()

    def job(db: Connection) -> None:
        if asked is not None:
            finding_recommendations.end(db, asked, values)
        resource_scans.done(db, one)

    database.write(job, world=False)


def _question(running: Running, db: Connection, finding: Finding | None) -> Question:
    """What *finding* is about as it is now.

    Raises:
        Failed: it is about nothing any more.
    """
    if finding is None or finding.status == written.RESOLVED:
        raise Failed("FINDING_RESOLVED", "The finding was resolved meanwhile.")
    about = (finding.resource_type, finding.owner, finding.resource)
    account = unused.account_of(running, db, *about, running.clock.now())
    if account is None:
        raise Failed("RESOURCE_NOT_FOUND", f"{finding.resource} does not exist any more.")
    entity: User | Role = account.roles[0] if finding.resource_type == ROLE else account.users[0]
    services = tuple(_services(finding, account, entity.arn))
    own = _own(db, account.id, entity)
    dates = ((one.arn, _updated_at(db, account.id, one.arn)) for one in own.attached if one.arn)
    return Question(
        UnusedPermissions(own, services, len(services)), {arn: at for arn, at in dates if at}
    )


def _answer(question: Question) -> list[dict[str, Any]]:
    """What to do, in the wire's form.

    Raises:
        Failed: nothing is recommended.
    """
    try:
        made = recommendation.steps(question.found)
    except Unproved as error:
        raise Failed("NOT_PROVED", str(error)) from error
    if not made:
        raise Failed(
            "NOTHING_TO_RECOMMEND",
            "No policy of its own allows what is unused: it was used or changed since, the policy "
            f"is that of a group, or it is {PASSING} beside services that may need it.",
        )
    for one in made:
        if one.policy is not None and size(one.policy) > MANAGED_POLICY_CHARACTERS:
            raise Failed(
                "POLICY_TOO_LONG",
                f"The policy instead of {one.existing.name} would be longer than the "
                f"{MANAGED_POLICY_CHARACTERS} characters that a managed policy may have.",
            )
    return [_shown(one, question.updated) for one in made]


def _services(finding: Finding, account: Account, arn: str) -> Iterator[UnusedService]:
    """What the finding names and was not used since."""
    uses = {one.namespace: one for one in (account.accessed or {}).get(arn, ())}
    for said in finding.details["services"]:
        name = said["serviceNamespace"]
        use = uses.get(name)
        last = use.last_at if use else None
        if "actions" in said:
            if left := tuple(_actions(said["actions"], use)):
                yield UnusedService(name, last, left)
        elif not _since(last, said):
            passing = name == "iam" and _passes_roles(one for one in uses.values() if one.last_at)
            yield UnusedService(name, last, tuple(_but_pass_role()) if passing else ())


def _passes_roles(used: Iterable[ServiceUse]) -> bool:
    """Whether calls of the services *used* may need `iam:PassRole`, of which no event tells."""
    return any(
        PASSING in one.dependent_actions for use in used for one in actions.actions(use.namespace)
    )


def _but_pass_role() -> Iterator[ActionUse]:
    return (ActionUse(one.name, None) for one in actions.actions("iam") if one.full_name != PASSING)


def _actions(said: Iterable[Mapping[str, Any]], use: ServiceUse | None) -> Iterator[ActionUse]:
    last = {one.name: one.last_at for one in (use and use.actions) or ()}
    for one in said:
        name = one["action"].partition(":")[2]
        if not _since(last.get(name), one):
            yield ActionUse(name, last.get(name))


def _since(last_at: datetime | None, said: Mapping[str, Any]) -> bool:
    """Whether it was used later than the finding says; both are whole seconds as text."""
    return last_at is not None and iso8601(last_at) > said.get("lastAccessed", "")


def _own(db: Connection, account: str, entity: User | Role) -> User | Role:
    """*entity* with its own policies alone, without those of its groups.

    Raises:
        Failed: nobody knows here what one of them says.
    """
    inline = tuple(
        Document(one.name, parsed(one.document))
        for one in inline_policies.of(db, account, entity.id)
    )
    known = {one.arn: one for one in entity.policies if one.arn}
    attached: list[Document] = []
    for arn in attachments.of(db, account, entity.id):
        if arn not in known:
            raise Failed("POLICY_UNKNOWN", f"It is not known what the policy {arn} says.")
        attached.append(known[arn])
    return replace(entity, inline=inline, attached=tuple(attached))


def _updated_at(db: Connection, account: str, arn: str) -> datetime | None:
    """When a managed policy was changed last; of inline policies nobody keeps that."""
    found = policies.find(db, account, arn) or managed_policies.find(arn)
    return found.updated_at if found else None


def _shown(step: Step, updated: Mapping[str, datetime]) -> dict[str, Any]:
    shown = {"recommendedAction": step.action.value, "existingPolicyId": step.existing_id}
    if step.policy is not None:
        shown["recommendedPolicy"] = step.policy
    at = updated.get(step.existing_id)
    return shown | ({"policyUpdatedAt": iso8601(at)} if at else {})
