"""Checks of resources: whether they are ARNs, and ARNs of something that exists."""

import re
from collections.abc import Iterator
from functools import lru_cache

from doorward.analysis import words
from doorward.analysis.validation.actions import nearest, services
from doorward.analysis.validation.draft import SERVICES, Draft, Kind, Leaf
from doorward.analysis.validation.finding import Finding
from doorward.base.arn import Arn, is_account
from doorward.catalog import actions as catalogue
from doorward.engine.match import ANY, UNKNOWN, literal_prefix, wild

Fault = tuple[str, str]
"""A code, and what is told."""

FIELDS = 6
MOST_SHAPES = 5
NAME_OF_REFERENCE = "…"
"""Stands before what a reference in a template names where it gives no ARN."""
NAMES = ("Resource", "NotResource")
PARTITIONS = (
    "aws",
    "aws-cn",
    "aws-us-gov",
    "aws-iso",
    "aws-iso-b",
    "aws-iso-e",
    "aws-iso-f",
    "aws-eusc",
)
REGION = re.compile(r"[a-z]{2,4}(-[a-z]+){1,3}-[0-9]{1,2}|global")
HELD = re.compile(r"\$\{[^}]*\}")
OWNERS = frozenset(
    {"aws", "aws-managed", "cloudformation", "amazon", "self", "public", "third-party"}
)
"""What stands in place of an account in ARNs of AWS's own resources."""

WITH_RESOURCES_OF_AWS = frozenset({"ssm", "resource-explorer-2"})
"""Services with documents, parameters and views of AWS, whose ARNs have no account."""


def arns(draft: Draft) -> Iterator[Finding]:
    """Resources that are no ARNs, or ARNs of nothing."""
    for one in draft.clauses:
        for leaf in one.leaves(*NAMES):
            if leaf.text != "*":
                for code, told in wrong(leaf.text):
                    yield Finding(code, told, leaf.place, leaf.path)


@lru_cache(maxsize=16_384)
def wrong(text: str) -> tuple[Fault, ...]:
    """What is wrong with one resource."""
    return tuple(_wrong(text))


def _wrong(text: str) -> Iterator[Fault]:
    if text.startswith(UNKNOWN):
        return
    fields = text.split(":", FIELDS - 1)
    if fields[0] != "arn":
        told = f'The resource {shown(text)} is no ARN; write one, such as {example(text)}, or "*".'
        yield "INVALID_ARN_PREFIX", told
    elif len(fields) < FIELDS:
        if not text.endswith("*") and UNKNOWN not in text:
            told = f"The ARN {text} has {len(fields)} of 6 fields; add {missing(len(fields))}."
            yield "MISSING_ARN_FIELD", told
    else:
        yield from arn(Arn(*fields[1:]))


def shown(text: str) -> str:
    """*text* with a mark for what is not known yet."""
    return text.removeprefix(NAME_OF_REFERENCE).replace(UNKNOWN, "…")


def example(text: str) -> str:
    """An ARN that was perhaps meant."""
    if text.startswith(NAME_OF_REFERENCE):
        return f"!GetAtt {text.removeprefix(NAME_OF_REFERENCE)}.Arn"
    return f"arn:aws:s3:::{shown(text)}"


def missing(fields: int) -> str:
    """The names of the fields that are not there."""
    names = ("arn", "the partition", "the service", "the Region", "the account", "the resource")
    return ", ".join(names[fields:])


def unknown(field: str) -> bool:
    """Whether a field of an ARN is not told: a wildcard or a variable stands in it."""
    return any(mark in field for mark in ("*", "?", "${", UNKNOWN))


def arn(found: Arn) -> Iterator[Fault]:
    """What is wrong with the fields of an ARN."""
    if not unknown(found.partition) and found.partition not in PARTITIONS:
        yield "INVALID_PARTITION", f"There is no partition {found.partition}; write aws."
    service = found.service
    if unknown(service):
        return
    if service != service.lower():
        yield "INVALID_ARN_SERVICE_CASE", f"Write the service {service} in lower case."
    elif service not in services():
        yield "INVALID_SERVICE", f"There is no service {service}{nearest(service)}."
    else:
        yield from of_service(found)


def of_service(found: Arn) -> Iterator[Fault]:
    """Whether the Region, account and resource are such as ARNs of the service have."""
    known = templates(found.service)
    yield from _region(found, {one.region for one in known})
    yield from _account(found, {one.account for one in known})
    if not found.account and known and _no_account(found, known):
        told = f"The ARN has no account; write its 12 digits before {shown(found.resource)}."
        yield "MISSING_ARN_ACCOUNT", told
    yield from _resource(found, known)


def _no_account(found: Arn, known: tuple[Arn, ...]) -> bool:
    """Whether an account is missing that every resource of that form has."""
    if found.service in WITH_RESOURCES_OF_AWS:
        return False
    shapes = [one for one in known if fits(found.resource, one.resource)]
    return bool(shapes) and all(one.account for one in shapes)


def _region(found: Arn, regions: set[str]) -> Iterator[Fault]:
    region = found.region
    if regions == {""} and region.strip("*"):
        yield "ARN_REGION_NOT_ALLOWED", f"ARNs of {found.service} have no Region; leave it empty."
    elif regions and "" not in regions and not region:
        yield "MISSING_ARN_REGION", "Add the Region to the ARN, or a wildcard."
    elif region and not unknown(region) and not REGION.fullmatch(region):
        yield "INVALID_ARN_REGION", f"There is no Region {region}."


def _account(found: Arn, accounts: set[str]) -> Iterator[Fault]:
    account = found.account
    if accounts == {""} and account.strip("*"):
        told = f"ARNs of {found.service} have no account; leave it empty."
        yield "ARN_ACCOUNT_NOT_ALLOWED", told
    elif account and not (unknown(account) or is_account(account) or account in OWNERS):
        yield "INVALID_ARN_ACCOUNT", f"{account} is no account; write its 12 digits."


def _resource(found: Arn, known: tuple[Arn, ...]) -> Iterator[Fault]:
    if known and not any(fits(found.resource, one.resource) for one in known):
        shapes = ", ".join(sorted({one.resource for one in known})[:MOST_SHAPES])
        told = f"No resource of {found.service} is written {shown(found.resource)}; try {shapes}."
        yield "INVALID_ARN_RESOURCE", told


@lru_cache(maxsize=512)
def templates(service: str) -> tuple[Arn, ...]:
    """The shapes of the ARNs of *service*, with `${…}` for what varies; none for unknown ones."""
    found = [Arn.parse(one.arn) for one in catalogue.resource_types(service)]
    own = [one for one in found if one is not None]
    return tuple(one for one in own if one.service == service) if len(own) == len(found) else ()


@lru_cache(maxsize=16_384)
def fits(written: str, shape: str) -> bool:
    """Whether a resource as written may be of that shape."""
    pattern, wanted = _pattern(written), _pattern(shape)
    one, other = literal_prefix(pattern), literal_prefix(wanted)
    if not (one.startswith(other) or other.startswith(one)):
        return False
    if wanted == other + ANY and one.startswith(other):
        return True
    try:
        return words.find([[words.text(pattern)], [words.text(wanted)]], []) is not None
    except words.Exhausted:
        return True


@lru_cache(maxsize=4_096)
def _pattern(written: str) -> str:
    return wild(HELD.sub("*", written)).replace(UNKNOWN, ANY)


def redundant(draft: Draft) -> Iterator[Finding]:
    """Resources that another one of the same statement covers."""
    for one in draft.clauses:
        for name in NAMES:
            leaves = [leaf for leaf in one.leaves(name) if leaf.known and "${" not in leaf.text]
            if len(leaves) <= 1:
                continue
            for at, leaf in enumerate(leaves):
                wider = _wider(leaves, at)
                if wider is not None:
                    told = f"{leaf.text} is covered by {wider.text}; remove it."
                    yield Finding("REDUNDANT_RESOURCE", told, leaf.place, leaf.path)


def _wider(leaves: list[Leaf], at: int) -> Leaf | None:
    for other, wider in enumerate(leaves):
        if other != at and covers(wider, leaves[at], before=other < at):
            return wider
    return None


def covers(wider: Leaf, leaf: Leaf, *, before: bool) -> bool:
    """Whether *wider* covers all of *leaf*; of two alike the later one is covered."""
    if wider.text == leaf.text:
        return before
    if wider.text == "*":
        return True
    if not wider.text.endswith("*") or "*" in wider.text[:-1] or "?" in wider.text:
        return False
    prefix = wider.text[:-1]
    return prefix.count(":") >= FIELDS - 1 and leaf.text.startswith(prefix)


def in_policy(draft: Draft) -> Iterator[Finding]:
    """Resources of another service than the one whose policy it is."""
    wanted = SERVICES.get(draft.resource_type)
    if draft.kind is not Kind.RESOURCE or wanted is None:
        return
    for one in draft.clauses:
        for leaf in one.leaves(*NAMES):
            found = Arn.parse(leaf.text)
            if found is not None and not unknown(found.service) and found.service != wanted:
                told = f"The policy is of {wanted}; {leaf.text} is of {found.service}."
                yield Finding("UNSUPPORTED_RESOURCE_ARN_IN_POLICY", told, leaf.place, leaf.path)
