"""Which actions, resource types and ARNs the services have.

https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from doorward.catalog import data
from doorward.catalog.globs import matches


@dataclass(frozen=True, slots=True)
class ActionResource:
    """A resource type that an action works on.

    `required` says that it must be named; where an action takes one of several types, none is.
    """

    name: str
    required: bool
    condition_keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Action:
    """One action. `access_level` is List, Read, Write, Tagging or Permissions management.

    An action without resource types is authorized on `*`. `condition_keys` are those of the action
    itself; its resource types add theirs.
    """

    service: str
    name: str
    description: str
    access_level: str
    resource_types: tuple[ActionResource, ...]
    condition_keys: tuple[str, ...]

    @property
    def full_name(self) -> str:
        """The action as policies write it, such as `s3:GetObject`."""
        return f"{self.service}:{self.name}"

    @property
    def dependent_actions(self) -> tuple[str, ...]:
        """Further actions that a call of this one may need, such as `iam:PassRole`."""
        return data.dependent_actions().get(self.full_name.lower(), ())


@dataclass(frozen=True, slots=True)
class ResourceType:
    """One resource type. `arn` is a template such as `arn:${Partition}:s3:::${BucketName}`."""

    service: str
    name: str
    arn: str
    condition_keys: tuple[str, ...]


def services() -> tuple[str, ...]:
    """The service prefixes, such as `s3`, in order."""
    return tuple(sorted(data.services()))


def service_name(service: str) -> str | None:
    """The name of a service in words, such as `Amazon S3`."""
    name: str | None = data.table("serviceNames").get(service.lower())
    return name


def find(action: str) -> Action | None:
    """The action that policies write as *action*, in any case, or None."""
    service, colon, name = action.lower().partition(":")
    if not colon or service not in data.services():
        return None
    found = data.table("actions", service).get(name)
    return None if found is None else _action(service, name)


def actions(service: str) -> Iterator[Action]:
    """Every action of *service*, none where there is no such service."""
    service = service.lower()
    if service in data.services():
        yield from (_action(service, key) for key in data.table("actions", service))


def expand(pattern: str) -> Iterator[str]:
    """The actions that *pattern*, such as `s3:Get*`, covers, each as policies write it.

    Only a bare `*` covers more than one service, as in policies.
    """
    vendor, colon, name = pattern.lower().partition(":")
    covered = services() if pattern == "*" else (vendor,)
    wanted = name if colon else pattern
    for service in covered if colon or pattern == "*" else ():
        if service in data.services():
            for key, entry in data.table("actions", service).items():
                if matches(wanted, key):
                    yield f"{service}:{entry['name']}"


def resource_types(service: str) -> Iterator[ResourceType]:
    """The resource types of *service*, none where there is no such service."""
    service = service.lower()
    if service in data.services():
        for entry in data.table("resourceTypes", service).values():
            keys = tuple(entry.get("conditionKeys", ()))
            yield ResourceType(service, entry["key"], entry["arn"], keys)


def resource_type(service: str, name: str) -> ResourceType | None:
    """The resource type of that name, or None."""
    return next((kind for kind in resource_types(service) if kind.name == name), None)


@cache
def rcp_services() -> frozenset[str]:
    """The service prefixes that resource control policies reach."""
    return frozenset(data.table("rcpSupportedServices"))


def limited_by_rcps(action: str) -> bool:
    """Whether resource control policies apply to *action*.

    Not to services that they do not know, nor to actions that work on no resource, nor to
    `kms:RetireGrant`. An action that is not in the catalogue is limited: they only ever deny.

    https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html
    """
    service = action.partition(":")[0].lower()
    if service not in rcp_services() or action.lower() == "kms:retiregrant":
        return False
    found = find(action)
    return found is None or bool(found.resource_types)


@cache
def _action(service: str, key: str) -> Action:
    entry: dict[str, Any] = data.table("actions", service)[key]
    return Action(
        service=service,
        name=entry["name"],
        description=entry["description"],
        # Some entries hold two levels, as in `Tagging, Write`; the first is the page's.
        access_level=entry["accessLevel"].split(", ")[0],
        resource_types=tuple(
            ActionResource(kind["name"], kind["required"], tuple(kind["conditionKeys"]))
            for kind in entry["resourceTypes"]
        ),
        condition_keys=tuple(entry["conditionKeys"]),
    )
