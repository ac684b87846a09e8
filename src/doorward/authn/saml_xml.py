"""XML of strangers: no document types, no entities, and one reading of every text.

Importing this module imports lxml, which the extra `saml` installs; so it is imported late.
"""

import re
from datetime import UTC, datetime
from typing import TypeAlias

from lxml import etree
from lxml.etree import _Element

Element: TypeAlias = _Element
SAML = "{urn:oasis:names:tc:SAML:2.0:assertion}"
PROTOCOL = "{urn:oasis:names:tc:SAML:2.0:protocol}"
METADATA = "{urn:oasis:names:tc:SAML:2.0:metadata}"
SIGNATURE = "{http://www.w3.org/2000/09/xmldsig#}"
ENCRYPTION = "{http://www.w3.org/2001/04/xmlenc#}"
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)", re.ASCII)
DECLARATION = re.compile(r"\s*<\?xml[^?<>]*\?>")


class Malformed(Exception):
    """The text is not the XML that is expected there."""


def parser() -> etree.XMLParser:
    """A parser that loads and expands nothing."""
    return etree.XMLParser(
        resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False, recover=False
    )


def parse(data: bytes, *, comments: bool = False) -> Element:
    """The root of the document *data*, UTF-8.

    Comments, processing instructions and CDATA split a text into pieces that one reader joins and
    another does not. Except with *comments*, where nothing is signed, a document with any is
    refused.

    Raises:
        Malformed: it is none, or holds what is refused.
    """
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Malformed("not UTF-8") from error
    body = DECLARATION.sub("", text, count=1) if text.lstrip().startswith("<?xml") else text
    if "\0" in text or re.search(r"<!(DOCTYPE|ENTITY)", body, re.IGNORECASE):
        raise Malformed("has a document type")
    if not comments and ("<!" in body or "<?" in body):
        raise Malformed("has comments, instructions or CDATA")
    try:
        # The declaration goes: what it says of the encoding must not make another text of this.
        root = etree.fromstring(body.strip().encode(), parser())
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Malformed("not well-formed") from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise Malformed("has a document type")
    return root


def children(parent: Element, tag: str) -> list[Element]:
    """The children of *parent* with that tag."""
    return [child for child in parent if child.tag == tag]


def only(parent: Element, tag: str) -> Element:
    """The one child of *parent* with that tag.

    Raises:
        Malformed: there are none or several.
    """
    found = children(parent, tag)
    if len(found) != 1:
        raise Malformed(f"{len(found)} times {tag}")
    return found[0]


def content(element: Element) -> str:
    """The text of *element*, which holds nothing else.

    Raises:
        Malformed: it holds elements.
    """
    if len(element):
        raise Malformed(f"elements in {element.tag}")
    return (element.text or "").strip()


def moment(text: str | None) -> datetime:
    """The moment that *text* spells, with its zone.

    Raises:
        Malformed: it spells none.
    """
    if text is None or not MOMENT.fullmatch(text):
        raise Malformed("no moment")
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise Malformed("no moment") from error
