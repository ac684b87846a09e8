"""Answers in the form of the credential endpoints, and what may ask at all."""

import ipaddress
import json
from typing import Any
from urllib.parse import urlsplit

from doorward.base.http import HttpRequest, HttpResponse

PLAIN = ("content-type", "text/plain; charset=utf-8")
JSON = ("content-type", "application/json")


def plain(status: int, text: str, *headers: tuple[str, str]) -> HttpResponse:
    """An answer of text."""
    return HttpResponse(status, (PLAIN, *headers), text.encode())


def document(status: int, value: dict[str, Any]) -> HttpResponse:
    """An answer of JSON."""
    return HttpResponse(status, (JSON,), json.dumps(value, indent=2).encode())


def outsider(request: HttpRequest) -> bool:
    """Whether somebody asks who is not a program of this machine, or lets others ask.

    Instance metadata refuses what a proxy passed on. Beyond AWS, a name in `Host` that is not
    this machine's is refused: a page in a browser gets here by having its own name point to
    127.0.0.1, but not by a number or as `localhost`.

    https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-instance-metadata-service.html
    """
    if request.header("x-forwarded-for") is not None or request.header("forwarded") is not None:
        return True
    try:
        host = urlsplit(f"//{request.header('host') or ''}").hostname or ""
        if host != "localhost":
            ipaddress.ip_address(host)
    except ValueError:
        return True
    return False
