"""What is found: an action, why, on which resources, and how far that is to be trusted."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Need:
    """One action that something needs.

    Attributes:
        action: as policies write it.
        when: `always`, `with some parameters`, or one of create, read, update, delete.
        resources: ARNs as the catalogue writes them, `*` where the action takes none; empty
            where it is not known.
        keys: condition keys that the request fills.
        source: who says so.
    """

    action: str
    when: str
    resources: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    source: str = ""


@dataclass(frozen=True, slots=True)
class Needs:
    """What one thing needs: a call, or a resource of a file. `unknown` says why nothing is told."""

    subject: str
    needs: tuple[Need, ...] = ()
    unknown: str = ""
