"""The optional compiled build: `DOORWARD_COMPILE=1` makes the decision core an extension by mypyc.

The same files, uncompiled, are what every other installation runs.
"""

import os
from pathlib import Path

from setuptools import Extension, setup

PARTS = ("policy", "engine")
INTERPRETED = {"refusal.py"}
"""Errors whose code is an attribute of the class, which a compiled class would not have."""


def extensions() -> list[Extension]:
    """The modules to compile; none unless asked for."""
    if os.environ.get("DOORWARD_COMPILE") != "1":
        return []
    from mypyc.build import mypycify  # noqa: PLC0415 - only the compiled build needs it

    files = [file for part in PARTS for file in sorted(Path("src/doorward", part).rglob("*.py"))]
    chosen = [str(file) for file in files if file.name not in INTERPRETED]
    modules: list[Extension] = mypycify(chosen, opt_level="3")
    return modules


setup(ext_modules=extensions())
