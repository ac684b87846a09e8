"""Checks of condition values: dates, numbers, addresses, Regions, ids of networks."""

import re
from collections.abc import Iterator
from ipaddress import IPv4Network, IPv6Network, ip_network

from doorward.analysis.validation.conditions import tests
from doorward.analysis.validation.draft import Draft, Leaf, Test
from doorward.analysis.validation.finding import Finding
from doorward.analysis.validation.resources import REGION
from doorward.engine.conditions.numbers import number
from doorward.policy.grammar.dates import is_date

VPC = re.compile(r"vpc-([0-9a-f]{8}|[0-9a-f]{17})")
VPCE = re.compile(r"vpce-([0-9a-f]{8}|[0-9a-f]{17})")
BASE64 = re.compile(r"([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?")
# https://www.rfc-editor.org/rfc/rfc6890
PRIVATE = tuple(
    ip_network(one)
    for one in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "fc00::/7")
)
IDS = {
    "aws:sourcevpc": (VPC, "INVALID_VPC_FORMAT", "vpc- and 8 or 17 hexadecimal digits"),
    "aws:sourcevpce": (VPCE, "INVALID_VPCE_FORMAT", "vpce- and 8 or 17 hexadecimal digits"),
}
Block = IPv4Network | IPv6Network


def of_type(draft: Draft) -> Iterator[Finding]:
    """Values that their operator cannot read."""
    for _, one in tests(draft):
        for leaf in one.values:
            if leaf.known and "${" not in leaf.text:
                yield from value(one, leaf)


def value(one: Test, leaf: Leaf) -> Iterator[Finding]:
    """What is wrong with one value under its operator."""
    text, base = leaf.text, one.base
    if base in {"Bool", "Null"} and text.lower() not in {"true", "false"}:
        told = f"{base} compares with true or false, not with {text}."
        yield Finding("TYPE_MISMATCH_BOOLEAN", told, leaf.place, leaf.path)
    elif base.startswith("Numeric") and number(text) is None:
        told = f"{base} compares numbers, and {text} is none."
        yield Finding("TYPE_MISMATCH_NUMBER", told, leaf.place, leaf.path)
    elif base.startswith("Date") and not is_date(text):
        told = f"{text} is no date; write one such as 2026-01-31T00:00:00Z."
        yield Finding("TYPE_MISMATCH_DATE", told, leaf.place, leaf.path)
    elif base.startswith("Date") and number(text) is not None:
        told = f"{text} counts seconds since 1970; write the date, such as 2026-01-31."
        yield Finding("INVALID_DATE_VALUE", told, leaf.place, leaf.path)
    elif base.startswith("Binary") and not BASE64.fullmatch(text):
        told = f"{base} compares bytes, and {text} is not their base64 form."
        yield Finding("TYPE_MISMATCH_STRING", told, leaf.place, leaf.path)
    elif base.endswith("IpAddress") and block(text) is None:
        told = f"{text} is no range of addresses; write one such as 203.0.113.0/24."
        yield Finding("TYPE_MISMATCH_IP_RANGE", told, leaf.place, leaf.path)


def block(text: str) -> Block | None:
    """The range of addresses that *text* spells."""
    try:
        return ip_network(text.strip(), strict=False)
    except ValueError:
        return None


def addresses(draft: Draft) -> Iterator[Finding]:
    """Ranges that have host bits set, and private ones under aws:SourceIp, which is public."""
    for _, one in tests(draft):
        if not one.base.endswith("IpAddress"):
            continue
        found = [(leaf, known) for leaf in one.values if (known := block(leaf.text))]
        for leaf, known in found:
            if "/" in leaf.text and str(known) != leaf.text.strip() and known.version == 4:  # noqa: PLR2004 - IPv4; IPv6 has several spellings
                told = f"{leaf.text} has host bits set; write {known}."
                yield Finding("IMPROVE_IP_RANGE", told, leaf.place, leaf.path)
        if one.key.text.lower() == "aws:sourceip" and found:
            yield from _private(one, [(leaf, is_private(known)) for leaf, known in found])


def is_private(known: Block) -> bool:
    """Whether all of the range is private."""
    return any(one.version == known.version and known.subnet_of(one) for one in PRIVATE)  # type: ignore[arg-type] # versions agree


def _private(one: Test, found: list[tuple[Leaf, bool]]) -> Iterator[Finding]:
    name = "NOT_IP_ADDRESS" if one.base.startswith("Not") else "IP_ADDRESS"
    inside = [leaf for leaf, private in found if private]
    told = "aws:SourceIp is a public address; for private ones use aws:VpcSourceIp."
    if len(inside) == len(found):
        yield Finding(f"PRIVATE_{name}", told, one.key.place, one.key.path)
    else:
        for leaf in inside:
            yield Finding(f"PRIVATE_{name}_SUBSET", told, leaf.place, leaf.path)


def ids(draft: Draft) -> Iterator[Finding]:
    """Ids of VPCs and their endpoints, and names of Regions."""
    for _, one in tests(draft):
        key = one.key.text.lower()
        for leaf in one.values:
            text = leaf.text
            if not leaf.known or any(mark in text for mark in "*?$") or not _text(one):
                continue
            if key in IDS and not IDS[key][0].fullmatch(text):
                _, code, shape = IDS[key]
                told = f"{text} is no such id; write {shape}."
                yield Finding(code, told, leaf.place, leaf.path)
            elif key == "aws:requestedregion" and not REGION.fullmatch(text):
                told = f"There is no Region {text}."
                yield Finding("INVALID_REGION", told, leaf.place, leaf.path)


def _text(one: Test) -> bool:
    return one.base.startswith("String")


def redundant(draft: Draft) -> Iterator[Finding]:
    """Several values under an operator of which one decides."""
    for _, one in tests(draft):
        comparison = one.base.removeprefix("Numeric").removeprefix("Date")
        if comparison.startswith(("LessThan", "GreaterThan")) and len(one.values) > 1:
            told = f"Of several values of {one.base} one decides; leave that one."
            code = "REDUNDANT_CONDITION_VALUE_NUM"
            yield Finding(code, told, one.key.place, one.key.path)
