"""Text made fit for XML 1.0.

Characters that XML cannot hold at all, such as U+0001 in the key of an object, become U+FFFD: the
document stays well-formed, and clients that need such keys ask for `encoding-type=url`.
https://www.w3.org/TR/xml/#charsets
"""

import re

_SPECIAL = re.compile('[&<>"\r\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]')
_IN_ATTRIBUTE = re.compile('[&<>"\r\n\t\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]')

_NAMED = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    '"': "&quot;",
    "\r": "&#xD;",
    "\n": "&#xA;",
    "\t": "&#x9;",
}


def _substitute(match: re.Match[str]) -> str:
    return _NAMED.get(match[0], "\ufffd")


def escape(text: str) -> str:
    """*text* as the content of an element."""
    return _SPECIAL.sub(_substitute, text) if _SPECIAL.search(text) else text


def attribute(text: str) -> str:
    """*text* as the value of an attribute, in double quotes."""
    return f'"{_IN_ATTRIBUTE.sub(_substitute, text)}"'
