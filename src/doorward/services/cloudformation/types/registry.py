"""Which resource types there are."""

from collections.abc import Mapping
from functools import lru_cache
from importlib import import_module
from pkgutil import iter_modules
from types import MappingProxyType, ModuleType

from doorward.services.cloudformation import types
from doorward.services.cloudformation.types.resource_type import ResourceType

CUSTOM = "AWS::CloudFormation::CustomResource"
"""What `Custom::…` is, too."""


def find(type_name: str) -> ResourceType | None:
    """The resource type of that name, None where there is none."""
    return _types().get(CUSTOM if type_name.startswith("Custom::") else type_name)


def names() -> tuple[str, ...]:
    """The names of all resource types, sorted."""
    return tuple(_types())


@lru_cache(maxsize=1)
def _types() -> Mapping[str, ResourceType]:
    """Every type that a module of a package below declares in its `TYPES`."""
    found: dict[str, ResourceType] = {}
    for service in iter_modules(types.__path__, f"{types.__name__}."):
        if service.ispkg:
            package = import_module(service.name)
            for one in iter_modules(package.__path__, f"{service.name}."):
                found |= {declared.type_name: declared for declared in _declared(one.name)}
    return MappingProxyType(dict(sorted(found.items())))


def _declared(module: str) -> tuple[ResourceType, ...]:
    found: ModuleType = import_module(module)
    declared: tuple[ResourceType, ...] = getattr(found, "TYPES", ())
    return declared
