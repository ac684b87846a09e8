"""Shapes that several nouns of IAM share."""

from urllib.parse import quote

UNRESERVED = "-._~"


def encoded(document: str) -> str:
    """*document* percent-encoded per RFC 3986, as IAM returns every policy: a space is `%20`.

    A percent sign of the document is encoded again, so one decoding gives the text back.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetPolicyVersion.html
    """
    return quote(document, safe=UNRESERVED)


def boundary(arn: str) -> dict[str, str]:
    """A permissions boundary.

    The type is `Policy` in answers, although the model's enum spells it out (observed by others).
    """
    return {"PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": arn}
