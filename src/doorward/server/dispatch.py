"""Which function answers which operation."""

import importlib
import pkgutil
from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING

from doorward import services
from doorward.services.operation import Operation, Service

if TYPE_CHECKING:
    from doorward.server.running import Running

SERVICES = (
    "iam",
    "sts",
    "s3",
    "s3control",
    "organizations",
    "account",
    "cloudformation",
    "rolesanywhere",
    "identitystore",
    "sso",
    "sso-admin",
    "sso-oidc",
    "cloudwatch",
    "logs",
    "cloudtrail",
    "accessanalyzer",
)


@lru_cache(maxsize=1)
def registry() -> Mapping[tuple[str, str], Operation]:
    """Every declared operation by service and name.

    Importing a module of a service declares its operations.
    """
    found: dict[tuple[str, str], Operation] = {}
    for name in SERVICES:
        spelled = name.replace("-", "_")
        package = importlib.import_module(f"{services.__name__}.{spelled}")
        for module in pkgutil.iter_modules(package.__path__):
            importlib.import_module(f"{package.__name__}.{module.name}")
        declared: Service = getattr(importlib.import_module(f"{package.__name__}.service"), spelled)
        found |= {(name, operation.name): operation for operation in declared.operations.values()}
    return found


def own(running: "Running", service: str, operation: str) -> Operation | None:
    """The declared operation, None where it is not, or an upstream answers in its place."""
    if running.gateway is not None and running.gateway.instead(service):
        return None
    return find(service, operation)


def find(service: str, operation: str) -> Operation | None:
    """The declared operation, None where this Doorward does not answer it yet."""
    return registry().get((service, operation))
