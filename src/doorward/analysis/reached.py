"""Which actions somebody is let do, whatever the resource and the conditions are."""

from typing import NamedTuple

from doorward.analysis.access import Access, union
from doorward.analysis.prove import NOTHING, Given, parts, witnessed
from doorward.analysis.solve import Solver
from doorward.analysis.words import Exhausted


class Reached(NamedTuple):
    """A set of actions; of those in `untold` it could not be told, and they are in it too."""

    actions: int
    untold: int = 0


def reached(new: Access, old: Access, given: Given = NOTHING, among: int = -1) -> Reached:
    """The actions of *among* for which *new* allows a request that *old* does not.

    What cannot be told counts as allowed: nobody is called safe for want of a proof.
    """
    solver = Solver(given.settled)
    found = untold = 0
    try:
        open_ = parts(new, old)
    except Exhausted:
        found = union(new.allows) & among
        return Reached(found, found)
    for part in open_:
        wanted = part.actions & among
        if not wanted:
            continue
        for apply, avoid in part.questions():
            try:
                if witnessed(solver, wanted, apply, avoid, new, old, given) is not None:
                    found |= wanted
                    break
            except Exhausted:
                untold |= wanted
    return Reached(found | untold, untold & ~found)
