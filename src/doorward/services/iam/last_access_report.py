"""What a report on last access holds: the services that policies open, and who used them when.

https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_last-accessed.html
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from doorward.analysis.accessible import Access
from doorward.base.clock import iso8601
from doorward.catalog import actions, tracked_actions
from doorward.services.context import Context
from doorward.services.iam import access_subjects
from doorward.services.iam.access_subjects import Subject
from doorward.store import last_accessed

TRACKING = timedelta(days=400)
ACTION_LEVEL = "ACTION_LEVEL"


class Use(NamedTuple):
    """The last use of something: when, in which Region, by which member of the report."""

    at: datetime
    region: str
    member: int


class Uses(NamedTuple):
    """Last uses: of a service by each member, and of an action by whoever was the last."""

    services: Mapping[str, Mapping[int, Use]]
    actions: Mapping[tuple[str, str], Use]


def uses(ctx: Context, subject: Subject) -> Uses:
    """What the members of *subject* used within the tracking period."""
    services: dict[str, dict[int, Use]] = {}
    acted: dict[tuple[str, str], Use] = {}
    since = ctx.now - TRACKING
    for index, member in enumerate(subject.members):
        for last in last_accessed.of(ctx.db, ctx.account, member.id, since):
            service = tracked_actions.namespace(last.service)
            use = Use(last.at, last.region, index)
            of_service = services.setdefault(service, {})
            of_service[index] = max(use, of_service.get(index, use))
            if action := tracked_actions.action(service, last.operation):
                key = (service, action.lower())
                acted[key] = max(use, acted.get(key, use))
    return Uses(services, acted)


def content(ctx: Context, arn: str, granularity: str) -> dict[str, Any]:
    """The report on the user, group, role or policy *arn*, as it is kept.

    Raises:
        InvalidInput: it is the ARN of something else.
        NoSuchEntity, PolicyNotFound: the account has none.
    """
    subject = access_subjects.of(ctx, arn)
    opened, used = Access(subject.policies), uses(ctx, subject)
    return {
        "granularity": granularity,
        "members": [access_subjects.shown(ctx, member) for member in subject.members],
        "services": [
            {
                "namespace": service,
                "name": actions.service_name(service) or service,
                "seen": [_kept(use) for use in used.services.get(service, {}).values()],
                "actions": _actions(service, opened, used)
                if granularity == ACTION_LEVEL and service in tracked_actions.TRACKED
                else None,
            }
            for service in opened.services()
        ],
    }


def _actions(service: str, opened: Access, used: Uses) -> list[dict[str, Any]]:
    """The open actions of a service that are followed, by name, with their last use."""
    return [
        {"name": name, "use": _kept(use) if use else None}
        for name in sorted(opened.actions(service))
        if tracked_actions.follows(service, name)
        for use in [used.actions.get((service, name.lower()))]
    ]


def _kept(use: Use) -> list[Any]:
    return [iso8601(use.at), use.region, use.member]


def read(kept: list[Any]) -> Use:
    """The use that was kept."""
    at, region, member = kept
    return Use(datetime.fromisoformat(at), region, member)
