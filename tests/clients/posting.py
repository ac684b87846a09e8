"""A browser's form as browsers send it."""

import http.client
from typing import NamedTuple
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

BOUNDARY = "----doorward-boundary"


class Posted(NamedTuple):
    """What the browser gets back; names of headers in lower case."""

    status: int
    headers: dict
    text: str


def encoded(fields, data=b"text", filename="q1.txt", after=()):
    """The body of a form: *fields* as pairs, the file, and fields behind it."""
    parts = [(f'name="{name}"', value.encode()) for name, value in fields]
    if data is not None:
        named = f'; filename="{filename}"' if filename is not None else ""
        parts.append((f'name="file"{named}', data))
    parts += [(f'name="{name}"', value.encode()) for name, value in after]
    body = b"".join(
        f"--{BOUNDARY}\r\nContent-Disposition: form-data; {name}\r\n\r\n".encode() + value + b"\r\n"
        for name, value in parts
    )
    return body + f"--{BOUNDARY}--\r\n".encode()


def post(url, fields, data=b"text", filename="q1.txt", after=(), headers=None):
    """The answer to the form, which is sent to *url*."""
    pairs = list(fields.items()) if isinstance(fields, dict) else list(fields)
    kind = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
    return send(url, encoded(pairs, data, filename, after), kind | (headers or {}))


def send(url, body, headers):
    """The answer to *body*."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=10)
    target = parts.path + (f"?{parts.query}" if parts.query else "")
    connection.request("POST", target or "/", body, headers)
    answer = connection.getresponse()
    found = {name.lower(): value for name, value in answer.getheaders()}
    text = answer.read().decode()
    connection.close()
    return Posted(answer.status, found, text)


def document(text):
    """The elements of an answer."""
    return {one.tag: one.text for one in ET.fromstring(text)}  # noqa: S314 - our own answer
