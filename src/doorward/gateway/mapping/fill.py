"""Which members of a request say the parts of an ARN, by their names.

What a member is for follows from its name in nearly all models: `TableName` fills
`${TableName}`, `DBInstanceIdentifier` fills `${DbInstanceName}`, `VolumeIds` makes one ARN of each.
Where two members may say it, both count: the request must be allowed on either.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import product
from math import prod
from typing import Any

from doorward.base.arn import Arn
from doorward.engine.match import UNKNOWN
from doorward.gateway.mapping.arn_shape import ArnShape
from doorward.gateway.mapping.requirement import Place

MOST_RESOURCES = 1_000
"""Of more, the request is about resources that nobody knows."""

SUFFIXES = ("withoutleadingslash", "withpath", "identifier", "name", "arn", "id")
VAGUE = frozenset({"", "resource"})
"""What is left of names such as `ResourceArn`, `Identifier` and `Name`, which say nothing."""

NAMES = frozenset({"name", "names", "id", "ids", "identifier", "identifiers"})
CREATES = (
    "Allocate", "Clone", "Copy", "Create", "Import", "Purchase", "Register", "Request", "Restore",
    "Run",
)  # fmt: skip
"""What begins the names of operations that make a resource."""

ELSEWHERE = ("source", "destination", "target", "parent", "from", "original", "role", "kms", "new")
"""What begins the name of a member that tells of another resource than the one acted on."""


@lru_cache(maxsize=16_384)
def plain(name: str) -> str:
    """*name* in lower case, letters and digits only."""
    return "".join(one for one in name.lower() if one.isalnum())


@lru_cache(maxsize=16_384)
def stem(name: str) -> str:
    """What *name* is about: `DBInstanceIdentifier` → `dbinstance`, `VolumeIds` → `volume`."""
    found = plain(name).removesuffix("list")
    if found.endswith("s") and not found.endswith("ss"):
        found = found[:-1]
    for suffix in SUFFIXES:
        if found == suffix:
            return ""
        if found.endswith(suffix):
            return found.removesuffix(suffix)
    return found


def texts(value: Any) -> list[str]:
    """The texts that a member holds: one, a list of them, or none; a number is its digits."""
    if isinstance(value, str):
        return [value] if value else []
    if isinstance(value, int) and not isinstance(value, bool):
        return [str(value)]
    if isinstance(value, Sequence) and not isinstance(value, bytes):
        return [one for one in value if isinstance(one, str) and one]
    return []


def arns(
    shape: ArnShape,
    place: Place,
    parameters: Mapping[str, Any],
    *,
    aliases: Mapping[str, str],
    operation: str,
) -> list[str]:
    """The ARNs of this type that *parameters* tell of; unknown parts where they do not tell.

    *aliases* names the members for a variable where that does not follow from their names. Where
    *operation* makes a resource, an ARN in the request is not that of the new one unless its name
    says so.
    """
    creates = operation.startswith(CREATES)
    named = whole(shape, place, parameters, aliases, creates=creates)
    filled = [
        one for one in by_name(shape, place, parameters, aliases, operation) if one not in named
    ]
    if not named:
        return filled
    return named + [one for one in filled if UNKNOWN not in one]


def whole(
    shape: ArnShape,
    place: Place,
    parameters: Mapping[str, Any],
    aliases: Mapping[str, str],
    *,
    creates: bool,
) -> list[str]:
    """The ARNs of this type in members that by their names are the resource itself.

    An ARN of another type there is an unknown resource.
    """
    about = {stem(shape.type), *(stem(variable) for variable in shape.variables)} - VAGUE
    mine = {name for name in parameters if stem(name) in about}
    mine |= {one for variable in shape.variables for one in members(aliases, variable)}
    found: list[str] = []
    for name in parameters:
        if name in mine:
            given = [one for one in texts(parameters[name]) if one.startswith("arn:")]
            unfit = shape.arn(place, {})
            found += [one if shape.fits(one) else unfit for one in given if not part(shape, one)]
    if found or creates:
        return list(dict.fromkeys(found))
    for name, value in parameters.items():
        if plain(name).endswith(("arn", "arns")) and not plain(name).startswith(ELSEWHERE):
            found += [one for one in texts(value) if shape.fits(one)]
    return list(dict.fromkeys(found))


def part(shape: ArnShape, text: str) -> bool:
    """Whether *text* may be the ARN of what a resource of this type lies in, such as a cluster."""
    return len(shape.variables) > 1 and not shape.fits(text)


def by_name(
    shape: ArnShape,
    place: Place,
    parameters: Mapping[str, Any],
    aliases: Mapping[str, str],
    operation: str,
) -> list[str]:
    """The ARNs that the members of the right names make."""
    choices: list[list[tuple[str, str]]] = []
    for variable in shape.variables:
        found = values(shape, place, variable, parameters, aliases, operation)
        if found:
            choices.append([(variable, one) for one in found])
    if prod(len(one) for one in choices) > MOST_RESOURCES:
        return [shape.arn(place, {})]
    return list(dict.fromkeys(shape.arn(place, dict(one)) for one in product(*choices)))


def values(
    shape: ArnShape,
    place: Place,
    variable: str,
    parameters: Mapping[str, Any],
    aliases: Mapping[str, str],
    operation: str,
) -> list[str]:
    """What *parameters* say of one variable of the template."""
    given = [text for name in members(aliases, variable) for text in texts(at(parameters, name))]
    if given:
        return [one for one in (bare(text, place) for text in given) if one is not None]
    found: list[str] = []
    for candidate in candidates(shape.type, variable, operation, tuple(parameters)):
        found += [one for one in texts(parameters[candidate]) if not one.startswith("arn:")]
    return list(dict.fromkeys(found))


def members(aliases: Mapping[str, str], variable: str) -> list[str]:
    """The members that *aliases* names for a variable."""
    return aliases.get(variable, "").split()


def at(parameters: Mapping[str, Any], path: str) -> Any:
    """The member at *path*, such as `Budget.BudgetName`; None where it is absent."""
    if "." not in path:
        return parameters.get(path)
    found: Any = parameters
    for name in path.split("."):
        found = found.get(name) if isinstance(found, Mapping) else None
    return found


def bare(text: str, place: Place) -> str | None:
    """The name in *text*, which may be a name, a URL or an ARN; None where it is of elsewhere."""
    if text.startswith(("http://", "https://")):
        return text.rpartition("/")[2] or None
    if not text.startswith("arn:"):
        return text
    found = Arn.parse(text)
    if found is None or (found.region, found.account) != (place.region, place.account):
        return None
    return found.resource.replace(":", "/").rpartition("/")[2] or None


@lru_cache(maxsize=16_384)
def candidates(
    kind: str, variable: str, operation: str, members: tuple[str, ...]
) -> tuple[str, ...]:
    """The members that may fill *variable* of the resource type *kind*."""
    for found in _candidates(kind, variable, operation, members):
        if found:
            return tuple(found)
    return ()


def _candidates(
    kind: str, variable: str, operation: str, members: tuple[str, ...]
) -> Iterator[list[str]]:
    about = {stem(variable)} - VAGUE
    # A variable such as `${ResourceId}` says nothing; then the type's name does.
    about = about or {plain(kind)}
    exact = [one for one in members if plain(one) == plain(variable)]
    yield exact + [one for one in members if stem(one) in about and one not in exact]
    if any(one in plain(operation) for one in about):
        # What is named `Name` is what the operation is about; a name is no id.
        vague = {"id", "identifier"} if plain(variable).endswith("id") else NAMES
        yield [one for one in members if plain(one) in vague]
