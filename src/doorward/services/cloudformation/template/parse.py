"""Text to template.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-formats.html
"""

from math import isfinite
from typing import Any

from doorward.services.cloudformation.template import bounds, loader, sections
from doorward.services.cloudformation.template.document import Path, Place, Template, Value
from doorward.services.cloudformation.template.errors import TemplateFormatError, ValidationError


def parse(text: str, *, limit: int = bounds.URL_BYTES) -> Template:
    """The template that *text* is, in YAML or JSON.

    It is JSON when its first character is `{`; assumed.

    Args:
        text: the whole of it.
        limit: bytes that it may have: `bounds.BODY_BYTES` where it came in the request itself.

    Raises:
        ValidationError: it is no template, in AWS's words.
    """
    body, places = _values(text, limit)
    if not isinstance(body, dict):
        raise TemplateFormatError("unsupported structure.")
    return sections.read(body, text, places)


def fragment(text: str) -> Value:
    """The value that *text* is, a part of a template in YAML or JSON.

    Raises:
        ValidationError: it is none.
    """
    return _values(text, bounds.URL_BYTES)[0]


def _values(text: str, limit: int) -> tuple[Value, dict[Path, Place]]:
    bounds.size(text, limit)
    begins = text.lstrip("\ufeff \t\r\n")[:1]
    if begins == "{":
        plain = text.lstrip("\ufeff")
        bounds.check_json(plain)
        root, language = loader.load_json(plain), "JSON"
    else:
        bounds.check_yaml(text)
        root, language = loader.load_yaml(text), "YAML"
    if not isinstance(root, dict | list):
        raise TemplateFormatError("unsupported structure.")
    reading = _Reading(language)
    return reading.value(root, (), None), reading.places


class _Reading:
    """cfn-lint's nodes to plain values, with a table of their places beside."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.places: dict[Path, Place] = {}

    def value(self, node: Any, path: Path, place: Place | None) -> Value:
        """The plain value; *place* is that of its key, where a mapping or list is looked for."""
        own = self.place(node)
        place = own or place if isinstance(node, str) else place or own
        if place is not None:
            self.places[path] = place
        match node:
            case dict():
                return {
                    self.string(key, place): self.value(
                        item, (*path, str(key)), self.place(key) or place
                    )
                    for key, item in node.items()
                }
            case list():
                return [
                    self.value(item, (*path, at), self.place(item) or place)
                    for at, item in enumerate(node)
                ]
            case str():
                return self.string(node, place)
            case None:
                where = "/".join(str(part) for part in path)
                raise ValidationError(
                    f"[/{where}] 'null' values are not allowed in templates", place
                )
            case float() if not isfinite(node):
                raise bounds.not_well_formed(self.language, place)
            case _:
                return node

    def string(self, text: str, place: Place | None) -> str:
        """*text*, which no database or answer would choke on.

        Raises:
            TemplateFormatError: it has half a surrogate pair or a NUL.
        """
        if not text.isascii():
            try:
                text.encode()
            except UnicodeEncodeError as error:
                raise bounds.not_well_formed(self.language, place) from error
        if "\0" in text:
            raise bounds.not_well_formed(self.language, place)
        return str(text)

    def place(self, node: Any) -> Place | None:
        mark = getattr(node, "start_mark", None)
        if mark is None:
            return None
        # YAML's columns count from 0, those of cfn-lint's JSON from 1; lines from 0 in both.
        return Place(mark.line + 1, mark.column + (1 if self.language == "YAML" else 0))
