"""All tables together, and the revision of the schema that this code expects."""

import pkgutil
from importlib import import_module

from sqlalchemy import MetaData

from doorward.store import tables
from doorward.store.tables import columns

REVISIONS = (
    "0001",
    "0002",
    "0003",
    "0004",
    "0005",
    "0006",
    "0007",
    "0008",
    "0009",
    "0010",
    "0011",
    "0012",
    "0013",
    "0014",
    "0015",
    "0016",
    "0017",
    "0018",
    "0019",
    "0020",
    "0021",
)
"""Every revision this code knows, oldest first; the last is the one it works with."""


def complete() -> MetaData:
    """The metadata with every table, whichever of their modules were imported before."""
    for module in pkgutil.iter_modules(tables.__path__):
        import_module(f"{tables.__name__}.{module.name}")
    return columns.metadata
