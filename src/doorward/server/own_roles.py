"""Doorward's own roles and instance profiles, as requests of other services name them."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection

from doorward.authz.access import Access
from doorward.base import arn
from doorward.base.arn import Arn
from doorward.engine.match import is_template
from doorward.server.running import Running
from doorward.store import instance_profiles, roles

ROLE = "role/"
PROFILE = "instance-profile/"


def with_tags(db: Connection, access: Access) -> Access:
    """*access*; on a role, with the tags that the role has.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html
    """
    if not access.action.startswith("iam:") or is_template(access.resource):
        return access
    name = Arn.parse(access.resource)
    if name is None or name.service != "iam" or not name.resource.startswith(ROLE):
        return access
    role = roles.find(db, name.account, name.resource.rpartition("/")[2])
    if role is None:
        return access
    tags = {f"iam:resourcetag/{key.lower()}": value for key, value in role.tags.items()}
    return replace(access, context={**tags, **access.context}, tags=role.tags)


def in_profile(running: Running, profile: str) -> str | None:
    """The ARN of the role in the instance profile of that ARN, None where there is none."""
    name = Arn.parse(profile)
    if name is None or name.service != "iam" or not name.resource.startswith(PROFILE):
        return None
    with running.database.read() as db:
        found = instance_profiles.find(db, name.account, name.resource.rpartition("/")[2])
        role = roles.by_id(db, found.role_id) if found and found.role_id else None
    if role is None:
        return None
    return arn.entity(name.partition, role.account, "role", role.path, role.name)


def profile_arn(running: Running, given: Mapping[str, Any], account: str) -> str | None:
    """The ARN of the instance profile that EC2 is given by ARN or by name."""
    if given.get("Arn"):
        return str(given["Arn"])
    with running.database.read() as db:
        found = instance_profiles.find(db, account, str(given.get("Name") or ""))
    if found is None:
        return None
    partition = running.settings.partition
    return arn.entity(partition, account, "instance-profile", found.path, found.name)
