"""The actions of a statement, by service and access level, counted against the catalogue."""

from collections.abc import Iterator, Sequence

from doorward.analysis import universe
from doorward.analysis.explanation.texts import counted, quoted, some
from doorward.catalog import actions as catalogue
from doorward.engine.match import ANY, UNKNOWN, is_wild, wild

LEVELS = ("List", "Read", "Write", "Tagging", "Permissions management")
FEW = 8
"""Where so many times more are there than missing, the missing ones are named."""
NAMED = 3
"""So many of one level are named and not counted."""


def lines(patterns: Sequence[str], *, loose: bool) -> list[str]:
    """What *patterns* of Action cover, a line for each service.

    *loose* is on for a Deny, in which a service prefix may have a wildcard.
    """
    if "*" in patterns:
        total = len(universe.names())
        return [f"every action of every service ({total:,} today)"]
    services: dict[str, list[str]] = {}
    unknown: list[str] = []
    later = [one for one in patterns if UNKNOWN in one]
    for one in dict.fromkeys(one for one in patterns if UNKNOWN not in one):
        service, colon, _ = one.lower().partition(":")
        if is_wild(wild(service)) and loose and colon:
            services.setdefault(one, []).append(one)
        elif not colon or catalogue.service_name(service) is None:
            unknown.append(one)
        else:
            services.setdefault(service, []).append(one)
    found = [line for service in services for line in _service(service, services[service])]
    if later:
        found.append(f"{quoted(later)}, which the template fills in later")
    if unknown:
        found.append(f"{quoted(unknown)}, of no service that the catalogue knows")
    return found


def _service(service: str, patterns: Sequence[str]) -> Iterator[str]:
    if ":" in service:
        total = universe.covered(wild(service.lower()), loose=True).bit_count()
        yield f"`{service}`: {counted(total, 'action')} of several services"
        return
    name = catalogue.service_name(service) or service
    covered = {
        one
        for pattern in patterns
        for one in universe.members(universe.covered(wild(pattern.lower()), loose=False))
    }
    every = list(catalogue.actions(service))
    if every and len(covered) == len(every) and any(ANY in wild(one) for one in patterns):
        yield f"{name}: all {counted(len(every), 'action')}"
    elif covered:
        yield f"{name}: {'; '.join(_levels(every, covered))}"
    wrong = [one for one in patterns if not universe.covered(wild(one.lower()), loose=False)]
    if wrong:
        yield f"{name}: {quoted(wrong)}, which the catalogue does not know"


def _levels(every: Sequence[catalogue.Action], covered: set[str]) -> Iterator[str]:
    levels = dict.fromkeys((*LEVELS, *(one.access_level for one in every)))
    for level in levels:
        of_level = [one for one in every if one.access_level == level]
        found = [one.name for one in of_level if one.full_name.lower() in covered]
        word = f"{level.lower()} action"
        if found and len(found) == len(of_level) > 1:
            yield f"all {counted(len(found), word)}"
        elif found and len(found) <= NAMED:
            yield f"{', '.join(found)} ({level.lower()})"
        elif found:
            rest = [one.name for one in of_level if one.full_name.lower() not in covered]
            shown = f"all but {', '.join(rest)}" if len(rest) < len(found) / FEW else some(found)
            yield f"{len(found)} of {counted(len(of_level), word)} ({shown})"
