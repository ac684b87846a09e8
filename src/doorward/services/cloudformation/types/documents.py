"""Policies and other documents that a template holds as objects and a service takes as text."""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote


def text(document: Mapping[str, Any] | str) -> str:
    """The document as JSON text; text is passed on as it is."""
    if isinstance(document, str):
        return document
    return json.dumps(document, separators=(",", ":"), ensure_ascii=False)


def value(found: str) -> Any:
    """The document that a service gave back as text."""
    return json.loads(found)


def quoted_value(found: str) -> Any:
    """The document that IAM gave back, percent-encoded.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_PolicyVersion.html
    """
    return json.loads(unquote(found))
