"""The reviewed rows of `exceptions.toml`, read once and checked; its head says what is in a row."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

Aliases = Mapping[str, str]

OF_A_SERVICE = frozenset({"prefix", "reviewed", "fill", "keys", "operations"})
OF_A_ROW = frozenset({"action", "version", "on", "fill", "keys", "when", "also"})


class WrongRow(Exception):
    """A row of `exceptions.toml` says what no row can."""


@dataclass(frozen=True, slots=True)
class Row:
    """What is to be known of one operation, or of a further action that it may need.

    Attributes:
        action: its action, with prefix; None where named like the operation.
        version: the action where the request names a version of an object.
        on: the resource types that count; None means the catalogue's, none at all `*`.
        fill: variables of ARN templates to members.
        keys: condition keys to members, whatever the catalogue says.
        when: members any of which must be given for a further action; empty means always.
        also: further actions.
    """

    action: str | None
    version: str | None
    on: tuple[str, ...] | None
    fill: Aliases
    keys: Aliases
    when: tuple[str, ...]
    also: tuple["Row", ...]


@dataclass(frozen=True, slots=True)
class Service:
    """What is to be known of a service.

    Attributes:
        reviewed: its operations were looked at one by one, so the generic rule is exact for them.
        fill: variables of ARN templates to members, for all its operations.
        keys: condition keys to members, for the actions that the catalogue gives them to.
        rows: by operation.
    """

    reviewed: bool
    fill: Aliases
    keys: Aliases
    rows: Mapping[str, Row]


NOTHING = Service(reviewed=False, fill={}, keys={}, rows={})


def of(service: str) -> Service:
    """What is to be known of *service*, by botocore's name."""
    return table().get(service, NOTHING)


@cache
def table() -> Mapping[str, Service]:
    """Every service of the file.

    Raises:
        WrongRow: the file says what no row can.
    """
    text = files(__package__).joinpath("exceptions.toml").read_text("utf-8")
    return {name: _service(name, written) for name, written in tomllib.loads(text).items()}


def _service(name: str, written: Mapping[str, Any]) -> Service:
    _only(name, written, OF_A_SERVICE)
    prefix = written.get("prefix", name)
    rows = {
        operation: row(f"{name}.{operation}", prefix, one)
        for operation, one in written.get("operations", {}).items()
    }
    return Service(
        reviewed=written.get("reviewed", False),
        fill=_texts(name, written.get("fill", {})),
        keys=_keys(name, written.get("keys", {})),
        rows=rows,
    )


def row(place: str, prefix: str, written: Mapping[str, Any]) -> Row:
    """One row as the file has it; *place* is where it stands, for refusals.

    Raises:
        WrongRow: it says what no row can.
    """
    _only(place, written, OF_A_ROW)
    on = written.get("on")
    return Row(
        action=_action(prefix, written.get("action")),
        version=_action(prefix, written.get("version")),
        on=None if on is None else tuple(on),
        fill=_texts(place, written.get("fill", {})),
        keys=_keys(place, written.get("keys", {})),
        when=tuple(written.get("when", ())),
        also=tuple(row(place, prefix, one) for one in written.get("also", ())),
    )


def _action(prefix: str, name: str | None) -> str | None:
    return name if name is None or ":" in name else f"{prefix}:{name}"


def _only(place: str, written: Any, known: frozenset[str]) -> None:
    if not isinstance(written, Mapping):
        raise WrongRow(f"`{place}` must be a table")
    if unknown := sorted(set(written) - known):
        raise WrongRow(f"`{place}` has no `{unknown[0]}`; it may have {', '.join(sorted(known))}")


def _texts(place: str, written: Mapping[str, Any]) -> Aliases:
    for name, value in written.items():
        if not isinstance(value, str):
            raise WrongRow(f"`{place}` wants the name of a member for `{name}`")
    return dict(written)


def _keys(place: str, written: Mapping[str, Any]) -> Aliases:
    return {key.lower(): member for key, member in _texts(place, written).items()}
