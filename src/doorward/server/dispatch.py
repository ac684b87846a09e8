"""Which function answers which operation."""

import importlib
import pkgutil
from collections.abc import Mapping
from functools import lru_cache

from doorward import services
from doorward.services.operation import Operation, Service

SERVICES = (
    "iam",
    "sts",
    "s3",
    "s3control",
    "organizations",
    "account",
    "cloudformation",
    "cloudtrail",
)


@lru_cache(maxsize=1)
def registry() -> Mapping[tuple[str, str], Operation]:
    """Every declared operation by service and name.

    Importing a module of a service declares its operations.
    """
    found: dict[tuple[str, str], Operation] = {}
    for name in SERVICES:
        package = importlib.import_module(f"{services.__name__}.{name}")
        for module in pkgutil.iter_modules(package.__path__):
            importlib.import_module(f"{package.__name__}.{module.name}")
        declared: Service = getattr(importlib.import_module(f"{package.__name__}.service"), name)
        found |= {(name, operation.name): operation for operation in declared.operations.values()}
    return found


def find(service: str, operation: str) -> Operation | None:
    """The declared operation, None where this Doorward does not answer it yet."""
    return registry().get((service, operation))
