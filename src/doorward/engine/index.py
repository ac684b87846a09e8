"""Statements about one action, found by resource without looking at each of them."""

from collections import Counter
from collections.abc import Sequence

from doorward.engine.match import ANY, is_template, pieces
from doorward.engine.request import Context
from doorward.engine.statement import Compiled, Resource

WORTH_AN_INDEX = 8
CROWDED = 16


class Index:
    """The statements of a set that are about one action.

    Each resource pattern is kept under a piece of text that whatever it covers must hold: what it
    begins with, or, where too many begin alike, the rarest few characters further on. A request
    probes the beginnings and pieces of its resource. Statements with a pattern that has neither
    are looked at each time.
    """

    __slots__ = ("_always", "_by_piece", "_by_prefix", "_lengths", "_searched")

    def __init__(self, statements: Sequence[Compiled]) -> None:
        self._always: list[Compiled] = []
        self._by_prefix: dict[str, list[Compiled]] = {}
        self._by_piece: dict[str, list[Compiled]] = {}
        if len(statements) <= WORTH_AN_INDEX:
            self._always += statements
        else:
            self._fill(statements)
        self._lengths = sorted({len(prefix) for prefix in self._by_prefix})
        self._searched = bool(self._by_prefix or self._by_piece)

    def applicable(self, resource: str, context: Context) -> list[Compiled]:
        """The statements that apply, in the order written; the list is not to be changed."""
        near = self._near(resource) if self._searched else self._always
        if not near:
            return near
        found = [
            one
            for one in near
            if (resource.startswith(one.begins) or one.covers_resource(resource, context))
            and (not one.tests or one.satisfied(context))
        ]
        if self._searched and len(found) > 1:
            return sorted({one.order: one for one in found}.values(), key=order)
        return found

    def _near(self, resource: str) -> list[Compiled]:
        """The statements that may be about *resource*, some perhaps more than once.

        All of them, where it is `ANY` or a part of it is unknown.
        """
        found = self._always
        if resource == ANY or is_template(resource):
            for index in (self._by_prefix, self._by_piece):
                found = found + [one for held in index.values() for one in held]
            return found
        for length in self._lengths:
            if length > len(resource):
                break
            held = self._by_prefix.get(resource[:length])
            if held is not None:
                found = found + held if found else held
        if self._by_piece:
            for piece in pieces(resource):
                held = self._by_piece.get(piece)
                if held is not None:
                    found = found + held
        return found

    def _fill(self, statements: Sequence[Compiled]) -> None:
        begins: dict[str, list[tuple[Resource, Compiled]]] = {}
        for statement in statements:
            if statement.resources is None:
                self._always.append(statement)
                continue
            for one in statement.resources:
                begins.setdefault(one.prefix, []).append((one, statement))
        for prefix, held in begins.items():
            if len(held) <= CROWDED and prefix:
                self._by_prefix[prefix] = [statement for _, statement in held]
            else:
                self._spread(prefix, held)

    def _spread(self, prefix: str, held: Sequence[tuple[Resource, Compiled]]) -> None:
        """Keep patterns that begin alike under the rarest piece each of them has."""
        seen = Counter(piece for one, _ in held for piece in one.pieces())
        for one, statement in held:
            rarest = min(one.pieces(), key=seen.__getitem__, default=None)
            if rarest is not None:
                self._by_piece.setdefault(rarest, []).append(statement)
            elif prefix:
                self._by_prefix.setdefault(prefix, []).append(statement)
            else:
                self._always.append(statement)


def order(statement: Compiled) -> int:
    """Where *statement* stands among all of its set."""
    return statement.order
