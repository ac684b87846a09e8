"""The template: what may be read, written, listed, tagged, and whose permissions be managed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

LEVELS: Mapping[str, str] = MappingProxyType(
    {
        "read": "Read",
        "write": "Write",
        "list": "List",
        "tagging": "Tagging",
        "permissions-management": "Permissions management",
    }
)
"""Keys of a template, and the access levels of the catalogue that they mean."""

ASSUME: Mapping[str, str] = MappingProxyType(
    {
        "assume-role": "sts:AssumeRole",
        "assume-role-with-saml": "sts:AssumeRoleWithSAML",
        "assume-role-with-web-identity": "sts:AssumeRoleWithWebIdentity",
    }
)

Texts = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Template:
    """One template.

    Attributes:
        actions: of the mode `actions`; None in the mode `crud`.
        arns: of the mode `crud`, by key of `LEVELS`.
        single_actions: actions without resource types.
        services: services by key of `LEVELS`, of which the actions without resource types count.
        unconstrained: actions that are granted on `*` though they have resource types.
        excluded: patterns of actions that are granted nowhere.
        assumed: roles by key of `ASSUME`.
    """

    name: str = ""
    actions: Texts | None = None
    arns: Mapping[str, Texts] = field(default_factory=dict)
    single_actions: Texts = ()
    services: Mapping[str, Texts] = field(default_factory=dict)
    unconstrained: Texts = ()
    excluded: Texts = ()
    assumed: Mapping[str, Texts] = field(default_factory=dict)
