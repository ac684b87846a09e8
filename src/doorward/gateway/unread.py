"""Condition keys of a resource that nobody reads: the engine is told that they may be anything.

Tags are read by an operation of the resource's service, where it has one that is known here. Other
properties, such as the type of a machine, are not read at all. What is made by the request itself
has neither yet.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_actions-resources-contextkeys.html
"""

from collections.abc import Mapping
from functools import lru_cache

from doorward.catalog import actions
from doorward.engine.match import UNKNOWN, is_template
from doorward.engine.request import Value
from doorward.gateway.mapping import Requirement, fill, instances
from doorward.gateway.memory import Known

OF_REQUESTS = ("aws:requesttag/", "aws:tagkeys")
PROPERTIES = frozenset({"ec2", "rds", "kms", "elasticache"})
"""Services whose resource types have condition keys that say what a resource is like."""

OF_OBJECTS = "s3:existingobjecttag/"
"""Tags of objects; those of buckets count only where that is switched on, which is not asked."""

OF_THE_CALL = frozenset(
    {
        "ec2:region", "ec2:attribute", "ec2:attribute/", "ec2:add/group", "ec2:add/userid",
        "ec2:remove/group", "ec2:remove/userid", "ec2:createaction", "ec2:launchtemplate",
        "ec2:islaunchtemplateresource", "ec2:managedresourceoperator",
    }
)  # fmt: skip
"""Keys that stand with resource types and are about the request all the same."""


def keys(
    one: Requirement, resource: str, kind: str, known: Known, operation: str
) -> dict[str, Value]:
    """The tags of *resource* as condition keys, and which of its keys may be anything.

    *kind* is the catalogue's type of it, empty where it has none.
    """
    if resource == "*":
        return {}
    if one.action.startswith("s3:"):
        return {OF_OBJECTS: UNKNOWN} if OF_OBJECTS in families(one.action, kind) else {}
    found: dict[str, Value] = {
        f"{family}{key.lower()}": value
        for family in families(one.action, kind)
        for key, value in known.tags.items()
    }
    if made(one, resource, kind, operation):
        return found
    if not known.tags_told or is_template(resource):
        found.update(dict.fromkeys(families(one.action, kind), UNKNOWN))
    found.update(properties(one.action, kind))
    if one.action.startswith("ec2:") and not is_template(resource):
        found[f"ec2:{fill.plain(kind)}id"] = resource.rpartition("/")[2]
    return found


def made(one: Requirement, resource: str, kind: str, operation: str) -> bool:
    """Whether the request makes the resource, whose name nobody knows yet."""
    if not is_template(resource):
        return False
    if "ec2:createaction" in one.context:
        return True
    if operation == "RunInstances":
        return kind in instances.LAUNCHED
    return (
        operation.startswith(fill.CREATES) and bool(kind) and fill.plain(kind) in operation.lower()
    )


@lru_cache(maxsize=16_384)
def families(action: str, kind: str) -> tuple[str, ...]:
    """What the keys for tags of a resource begin with, such as `aws:resourcetag/`; lower case.

    None where the catalogue knows the type and the action, and neither has any.
    """
    prefix = action.partition(":")[0].lower()
    usual = ("aws:resourcetag/", f"{prefix}:resourcetag/")
    found, asked = actions.resource_type(prefix, kind), actions.find(action)
    if found is None or asked is None:
        return usual
    of_type = [one for one in asked.resource_types if one.name == kind]
    named = [*found.condition_keys, *asked.condition_keys]
    named += [key for one in of_type for key in one.condition_keys]
    lowered = [beginning(key) for key in named]
    own = [key for key in lowered if key.endswith("tag/") and not key.startswith(OF_REQUESTS)]
    return tuple(dict.fromkeys([*usual, *own])) if own else ()


def beginning(key: str) -> str:
    """*key* in lower case, without what stands for the key of any tag."""
    lowered = key.lower().partition("${")[0].partition("<")[0]
    return lowered.removesuffix("tag-key")


@lru_cache(maxsize=4_096)
def properties(action: str, kind: str) -> Mapping[str, Value]:
    """The keys of a type that say what a resource is like, each of which may be anything.

    Those that the catalogue has for the action on the type, or where it has none, for the type.
    """
    prefix = action.partition(":")[0].lower()
    found, asked = actions.resource_type(prefix, kind), actions.find(action)
    if found is None or prefix not in PROPERTIES:
        return {}
    of_type = [one for one in asked.resource_types if one.name == kind] if asked else []
    own = [key for one in of_type for key in one.condition_keys] or found.condition_keys
    named = {beginning(key) for key in own}
    return {
        key: UNKNOWN
        for key in named - OF_THE_CALL
        if key.startswith(f"{prefix}:") and not key.endswith("tag/")
    }
