"""Who may do something, and on what, in words."""

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

from doorward.analysis.explanation.conditions import subject
from doorward.analysis.explanation.texts import plain
from doorward.base.arn import Arn, is_account
from doorward.catalog import actions as catalogue
from doorward.catalog.globs import matches
from doorward.catalog.keys import PLACEHOLDER
from doorward.engine.match import EarlyEnd
from doorward.engine.statement import Resource
from doorward.engine.variables import wanted
from doorward.policy.document import Principals

ANYBODY = "anybody, without signing in too"
KINDS: Mapping[str, str] = MappingProxyType(
    {"user": "user", "role": "role", "assumed-role": "role session", "federated-user": "session"}
)
UNIQUE = MappingProxyType({"AIDA": "the user with the id", "AROA": "the role with the id"})


def people(found: Principals) -> Iterator[str]:
    """Whom a Principal or NotPrincipal element names, one after the other."""
    if found.everyone:
        yield ANYBODY
    for kind, values in found.entries:
        for one in values.items:
            yield _person(kind.value, one.value)


def _person(kind: str, name: str) -> str:
    if kind == "Service":
        return f"the AWS service `{plain(name)}`"
    if kind == "Federated":
        return f"whoever signs in at the identity provider `{plain(name)}`"
    if kind == "CanonicalUser":
        return f"the account with the canonical id `{plain(name)}`"
    if name == "*":
        return ANYBODY
    found = Arn.parse(name)
    if is_account(name):
        return f"account {name}, whomever its own policies let"
    if found is not None and found.resource == "root":
        return f"account {plain(found.account)}, whomever its own policies let"
    if name[:4] in UNIQUE:
        return f"{UNIQUE[name[:4]]} `{name}`, which was deleted"
    if found is not None and (word := KINDS.get(found.resource.partition("/")[0])):
        return f"the {word} `{plain(found.resource.partition('/')[2])}` of {plain(found.account)}"
    return f"`{plain(name)}`"


def places(found: Sequence[str], *, variables: bool) -> Iterator[str]:
    """Resources in words: a pattern, what it is for a service, what its variables stand for."""
    for one in found:
        if one == "*":
            yield "any resource"
            continue
        ready = Resource(one, EarlyEnd.PAD, variables=variables)
        names = dict.fromkeys(wanted(ready.written))
        told = [f"`${{{name}}}` is {subject(name)}" for name in names]
        kind = _kind(one)
        about = ", ".join([*([kind] if kind else []), *told])
        yield f"`{plain(one)}` ({about})" if about else f"`{plain(one)}`"


def _kind(text: str) -> str:
    """The resource type that an ARN is of, as the catalogue calls it; empty where it is unclear."""
    found = Arn.parse(text)
    if found is None:
        return ""
    fitting = [
        (len(PLACEHOLDER.sub("", one.arn)), one.name)
        for one in catalogue.resource_types(found.service)
        if matches(PLACEHOLDER.sub("*", one.arn), text)
    ]
    return max(fitting)[1] if fitting else ""
