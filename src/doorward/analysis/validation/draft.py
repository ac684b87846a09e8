"""A policy as it was written, right or wrong: what a reader can make of it for checks to look at.

Unlike the tree of `policy`, it has a place for what should not be there, and it may be read from
JSON as well as from a template, in which a part of a text is not known yet (`match.UNKNOWN`).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from doorward.analysis.validation.finding import Path
from doorward.engine.match import UNKNOWN
from doorward.policy.document import NOWHERE, Place
from doorward.policy.json import Node

QUALIFIERS = ("ForAllValues:", "ForAnyValue:")
IF_EXISTS = "IfExists"


class Kind(StrEnum):
    """What a policy is attached to; trust policies are resource policies of a role."""

    IDENTITY = "IDENTITY_POLICY"
    RESOURCE = "RESOURCE_POLICY"
    TRUST = "ROLE_TRUST_POLICY"
    SCP = "SERVICE_CONTROL_POLICY"
    RCP = "RESOURCE_CONTROL_POLICY"


SERVICES = {
    "AWS::S3::Bucket": "s3",
    "AWS::S3::AccessPoint": "s3",
    "AWS::S3::MultiRegionAccessPoint": "s3",
    "AWS::S3ObjectLambda::AccessPoint": "s3-object-lambda",
    "AWS::DynamoDB::Table": "dynamodb",
}
"""The services of the types of resources that a policy may be said to be attached to.

https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_ValidatePolicy.html
"""


class Leaf(NamedTuple):
    """One text, and where it stands."""

    text: str
    place: Place = NOWHERE
    path: Path = ()

    @property
    def known(self) -> bool:
        """Whether all of it is known."""
        return UNKNOWN not in self.text


@dataclass(frozen=True, slots=True)
class Element:
    """An element with one or several texts, such as Action."""

    name: str
    leaves: tuple[Leaf, ...]
    place: Place
    path: Path


class Named(NamedTuple):
    """One value of Principal or NotPrincipal under its type; that is empty for a bare `*`."""

    kind: str
    leaf: Leaf


@dataclass(frozen=True, slots=True)
class Test:
    """One key under one operator. `node` is its value as written, `values` its texts."""

    operator: Leaf
    key: Leaf
    values: tuple[Leaf, ...]
    node: Node

    @property
    def base(self) -> str:
        """The operator without qualifier and IfExists."""
        name = self.operator.text
        for qualifier in QUALIFIERS:
            name = name.removeprefix(qualifier)
        return name.removesuffix(IF_EXISTS) if name != IF_EXISTS else name

    @property
    def qualifier(self) -> str:
        """`ForAllValues:`, `ForAnyValue:` or nothing."""
        return next((one for one in QUALIFIERS if self.operator.text.startswith(one)), "")

    @property
    def negated(self) -> bool:
        """Whether the operator asks that the key matches none of the values."""
        return "Not" in self.base

    @property
    def needs_key(self) -> bool:
        """Whether it fails for sure where the key is not in the request."""
        return not (
            self.negated
            or self.base == "Null"
            or self.qualifier == QUALIFIERS[0]
            or self.operator.text.endswith(IF_EXISTS)
        )


@dataclass(frozen=True, slots=True)
class Clause:
    """One statement. `elements` has the elements that list texts, by name."""

    effect: str | None
    sid: Leaf | None
    elements: Mapping[str, Element]
    principals: tuple[Named, ...]
    principal_element: str
    tests: tuple[Test, ...]
    place: Place
    path: Path

    def leaves(self, *names: str) -> Iterator[Leaf]:
        """The texts of the elements of those names."""
        for name in names:
            if name in self.elements:
                yield from self.elements[name].leaves

    def tests_of(self, *keys: str) -> Iterator[Test]:
        """The conditions on one of *keys*, in lower case; one that ends in `/` is any tag's."""
        for one in self.tests:
            text = one.key.text.lower()
            if text in keys or (text.partition("/")[0] + "/" in keys and "/" in text):
                yield one

    def keys(self) -> set[str]:
        """The condition keys, in lower case."""
        return {one.key.text.lower() for one in self.tests}


@dataclass(slots=True)
class Draft:
    """A whole document.

    `length` is that of its text without white space between tokens, or more where both would fit.
    """

    kind: Kind
    clauses: list[Clause] = field(default_factory=list)
    version: Leaf | None = None
    place: Place = NOWHERE
    length: int = 0
    resource_type: str = ""
