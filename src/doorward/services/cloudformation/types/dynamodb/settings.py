"""What a table has by operations of their own: time to live, backups, its policy.

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateTimeToLive.html
"""

from typing import Any

from doorward.services.cloudformation.types import documents
from doorward.services.cloudformation.types.provider import Call, Properties
from doorward.services.cloudformation.types.steps import unless

SERVICE = "dynamodb"
EXPIRY, BACKUPS = "TimeToLiveSpecification", "PointInTimeRecoverySpecification"
POLICY = "ResourcePolicy"
NO_POLICY = ("PolicyNotFoundException", "ResourceNotFoundException")


def bring(call: Call, table: str, arn: str, old: Properties, new: Properties) -> None:
    """Bring the three from *old* to *new*."""
    _expire(call, table, old.get(EXPIRY, {}), new.get(EXPIRY, {}))
    if old.get(BACKUPS) != new.get(BACKUPS):
        wanted = {"PointInTimeRecoveryEnabled": False, **new.get(BACKUPS, {})}
        call(
            SERVICE,
            "update_continuous_backups",
            table_name=table,
            point_in_time_recovery_specification=wanted,
        )
    if old.get(POLICY) == new.get(POLICY):
        return
    if POLICY in new:
        text = documents.text(new[POLICY]["PolicyDocument"])
        call(SERVICE, "put_resource_policy", resource_arn=arn, policy=text)
    else:
        with unless(*NO_POLICY):
            call(SERVICE, "delete_resource_policy", resource_arn=arn)


def shown(call: Call, table: str, arn: str) -> dict[str, Any]:
    """The three as they are."""
    made: dict[str, Any] = {}
    expiry = call(SERVICE, "describe_time_to_live", table_name=table)["TimeToLiveDescription"]
    if "AttributeName" in expiry:
        enabled = expiry.get("TimeToLiveStatus") in ("ENABLED", "ENABLING")
        made[EXPIRY] = {"AttributeName": expiry["AttributeName"], "Enabled": enabled}
    backups = call(SERVICE, "describe_continuous_backups", table_name=table)
    recovery = backups["ContinuousBackupsDescription"].get("PointInTimeRecoveryDescription", {})
    enabled = recovery.get("PointInTimeRecoveryStatus") == "ENABLED"
    made[BACKUPS] = {"PointInTimeRecoveryEnabled": enabled}
    if "RecoveryPeriodInDays" in recovery:
        made[BACKUPS]["RecoveryPeriodInDays"] = recovery["RecoveryPeriodInDays"]
    with unless(*NO_POLICY):
        found = call(SERVICE, "get_resource_policy", resource_arn=arn)["Policy"]
        made[POLICY] = {"PolicyDocument": documents.value(found)}
    return made


def _expire(call: Call, table: str, old: Properties, new: Properties) -> None:
    """Switch time to live; another attribute needs it switched off first."""
    if old == new:
        return
    was_on, is_on = old.get("Enabled", False), new.get("Enabled", False)
    if was_on and (not is_on or old["AttributeName"] != new["AttributeName"]):
        _switch(call, table, {**old, "Enabled": False})
        was_on = False
    if is_on and not was_on:
        _switch(call, table, new)


def _switch(call: Call, table: str, specification: Properties) -> None:
    call(
        SERVICE,
        "update_time_to_live",
        table_name=table,
        time_to_live_specification=dict(specification),
    )
