"""Policies made from what was done, one after the other in the background.

Each is made with the role that the request named, as AWS reads trails with it: the role must trust
Access Analyzer, and may look at the trail, list its bucket and ask for last-accessed reports. What
was done is read from our own record; the trail says which part of it counts.

https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-policy-generation.html
"""

import json
import logging
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from doorward.analysis.generation import kinds
from doorward.authn.caller import Caller
from doorward.authz.access import RequestFacts
from doorward.base.errors import AwsError
from doorward.catalog import actions
from doorward.gateway import recorded
from doorward.server import service_roles
from doorward.server.forward import Forward
from doorward.server.job_worker import JobWorker
from doorward.server.running import Running
from doorward.services.accessanalyzer.generation import PRINCIPAL
from doorward.services.cloudtrail import selectors
from doorward.store import audit, policy_generations, principal_events, roles, trails, users
from doorward.store.refusals import Unreachable
from doorward.store.tables.policy_generation import FAILED, SUCCEEDED, PolicyGeneration
from doorward.store.tables.trail import Trail
from doorward.store.writer import Closed

LOG = logging.getLogger("doorward")
MOST_EVENTS = 1_000
"""Of one operation: the parameters of more hardly tell of further actions."""

SESSION = "AccessAnalyzerPolicyGeneration"
MISSING = frozenset({"TrailNotFoundException", "NoSuchBucket", "NoSuchEntity"})
NEVER = frozenset({"iam:PassRole"})
"""Not in generated policies, since no event tells of it.

https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-policy-generation.html
"""

Takes = Callable[[Mapping[str, Any]], bool]


class Failed(Exception):
    """A policy cannot be made; `code` is one of the model's."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class GenerationWorker(JobWorker):
    """Makes the policies that were asked for; stopping waits for the one that is being made."""

    name = "doorward-generation"
    trouble = "a policy generation broke off"

    def __init__(self, running: Running) -> None:
        super().__init__(running)
        self._calls = Forward(running)

    def take(self) -> bool:
        """Whether there was one to be made."""
        with self.running.database.moment(), self.running.database.read() as db:
            waiting = policy_generations.waiting(db, limit=1)
        for one in waiting:
            values = self._made(one)

            def job(db: Connection, one: PolicyGeneration = one, values: Any = values) -> None:
                policy_generations.end(db, one, values)

            self.running.database.write(job, world=False)
        return bool(waiting)

    def _made(self, one: PolicyGeneration) -> dict[str, Any]:
        """How *one* ends."""
        code, message = "SERVICE_ERROR", "An internal error occurred."
        try:
            result = self._result(one)
        except Failed as error:
            code, message = error.code, str(error)
        except (Unreachable, Closed):
            raise
        except Exception:
            LOG.exception("the policy generation %s broke off", one.id)
        else:
            return {
                "completed_at": self.running.clock.now(),
                "status": SUCCEEDED,
                "result": result,
            }
        return {
            "completed_at": self.running.clock.now(),
            "status": FAILED,
            "error": {"code": code, "message": message},
        }

    def _result(self, one: PolicyGeneration) -> dict[str, Any]:
        """The actions that the principal used, with templates of resources, and other services.

        Raises:
            Failed: the role may not be used or may not look, or something is not there.
        """
        takes = self._chosen(one)
        if waiting := self.running.recorder.flush():
            waiting.result()
        found: defaultdict[str, set[str]] = defaultdict(set)
        services: set[str] = set()
        for record in self._records(one):
            told = recorded.told(record)
            if record.get("managementEvent", True) and takes(record):
                for each in told.needed:
                    action = actions.find(each.action)
                    if action is not None and not each.conditions and each.action not in NEVER:
                        partition = self.running.settings.partition
                        found[each.action] |= {*kinds.templates(action, each.resource, partition)}
            services |= {each.action.partition(":")[0] for each in told.needed}
            services |= {told.unmapped.partition(":")[0]} if told.unmapped else set()
        services -= {action.partition(":")[0] for action in found}
        return {
            "actions": {action: sorted(found[action]) for action in sorted(found)},
            "services": sorted(services),
            "complete": not services,
        }

    def _records(self, one: PolicyGeneration) -> Iterator[dict[str, Any]]:
        """What the principal did in the time, but of what was refused."""
        begun, ended = (datetime.fromisoformat(one.details[x]) for x in ("startTime", "endTime"))
        database = self.running.database
        with database.moment(), database.read() as db:
            unique_id = _unique_id(db, one)
            called = list(principal_events.operations(db, one.account, unique_id))
        for each in called:
            with database.moment(), database.read() as db:
                events = principal_events.of(
                    db, one.account, unique_id, each, since=begun, until=ended, limit=MOST_EVENTS
                )
            for event in events:
                if event.outcome != audit.Outcome.DENIED:
                    yield json.loads(event.event)

    def _chosen(self, one: PolicyGeneration) -> Takes:
        """Whether a record is among those that the trails of *one* take.

        Raises:
            Failed: the role may not be used or may not look, or something is not there.
        """
        named = one.details.get("trails")
        if not named:
            return lambda _: True
        try:
            caller = service_roles.assume(
                self.running,
                PRINCIPAL,
                one.details["accessRole"],
                source_arn=None,
                source_account=one.account,
                session_name=SESSION,
                region=one.region,
            )
            found = [(each, self._trail(caller, one, each["cloudTrailArn"])) for each in named]
            job = self._call(
                caller, one, "iam", "GenerateServiceLastAccessedDetails", Arn=one.principal
            )["JobId"]
            self._call(caller, one, "iam", "GetServiceLastAccessedDetails", JobId=job)
        except AwsError as error:
            code = "RESOURCE_NOT_FOUND_ERROR" if error.code in MISSING else "AUTHORIZATION_ERROR"
            raise Failed(code, error.message) from error
        return lambda record: any(_takes(wanted, trail, record) for wanted, trail in found)

    def _trail(self, caller: Caller, one: PolicyGeneration, arn: str) -> Trail:
        """The trail of that ARN, which the role of *one* may read.

        Raises:
            AwsError: it is not there, or the role may not.
        """
        members = self._call(caller, one, "cloudtrail", "GetTrail", Name=arn)["Trail"]
        prefix = members.get("S3KeyPrefix")
        within = {"Prefix": f"{prefix}/"} if prefix else {}
        self._call(
            caller, one, "s3", "ListObjectsV2", Bucket=members["S3BucketName"], MaxKeys=1, **within
        )
        with self.running.database.moment(), self.running.database.read() as db:
            found = trails.by_arn(db, arn)
        if found is None:
            raise Failed("RESOURCE_NOT_FOUND_ERROR", f"The trail {arn} does not exist.")
        return found

    def _call(
        self, caller: Caller, one: PolicyGeneration, service: str, operation: str, **given: Any
    ) -> Any:
        partition = self.running.settings.partition
        facts = RequestFacts(one.region, partition, PRINCIPAL, PRINCIPAL, secure=True)
        return self._calls.call(caller, facts, service, operation, given)


def _unique_id(db: Connection, one: PolicyGeneration) -> str:
    """The unique id of the principal.

    Raises:
        Failed: it is gone.
    """
    name = one.principal.rpartition("/")[2]
    find = users.find if ":user/" in one.principal else roles.find
    found = find(db, one.account, name)
    if found is None:
        raise Failed("RESOURCE_NOT_FOUND_ERROR", f"{one.principal} does not exist.")
    return found.id


def _takes(wanted: Mapping[str, Any], trail: Trail, record: Mapping[str, Any]) -> bool:
    """Whether *trail* took *record*, and its Region is among those *wanted*.

    Where no Region is named, it is the trail's own (assumed).
    """
    region = record.get("awsRegion")
    regions = wanted.get("regions") or [trail.region]
    here = trail.members.get("IsMultiRegionTrail") or region == trail.region
    asked = wanted.get("allRegions") or region in regions
    since = datetime.fromisoformat(record["eventTime"]) >= trail.created_at
    return bool(here and asked and since) and selectors.takes(trail.selectors, record)
