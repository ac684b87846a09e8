"""The pages of sign-in: plain HTML without scripts, everything from outside escaped."""

from collections.abc import Mapping
from html import escape

from doorward.base.http import Header, HttpResponse

# Redirects after a form count as its targets, and the AWS CLI listens on a loopback address.
POLICY = (
    "default-src 'none'; base-uri 'none'; frame-ancestors 'none'; "
    "form-action 'self' http://127.0.0.1:* http://localhost:* http://[::1]:*"
)
HEADERS: tuple[Header, ...] = (
    ("content-type", "text/html; charset=utf-8"),
    ("content-security-policy", POLICY),
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
    ("referrer-policy", "no-referrer"),
    ("cache-control", "no-store"),
)


def page(title: str, body: str, status: int = 200) -> HttpResponse:
    """A page whose *body* is HTML already."""
    text = (
        '<!doctype html><html lang="en"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        f"<title>{escape(title)}</title><h1>{escape(title)}</h1>{body}</html>"
    )
    return HttpResponse(status, HEADERS, text.encode())


def refusal(message: str, status: int = 400) -> HttpResponse:
    """A page that says why it goes no further."""
    return page("Sign-in is not possible", f"<p>{escape(message)}</p>", status)


def sign_in(action: str, kept: Mapping[str, str], *, message: str = "", name: str = "") -> str:
    """The form for account, user, password and one-time code; *kept* goes on with it."""
    return _form(
        action,
        kept,
        message,
        _field("account", "Account ID or alias", value=kept.get("account_hint", ""))
        + _field("user", "IAM user name", value=name)
        + _field("password", "Password", kind="password", complete="current-password")
        + _field("code", "MFA code, if you have a device", needed=False, complete="one-time-code"),
    )


def change(action: str, kept: Mapping[str, str], message: str) -> str:
    """The form for a new password."""
    return _form(
        action,
        kept,
        message,
        _field("old", "Old password", kind="password", complete="current-password")
        + _field("new", "New password", kind="password", complete="new-password"),
    )


def _form(action: str, kept: Mapping[str, str], message: str, fields: str) -> str:
    hidden = "".join(
        f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">'
        for name, value in kept.items()
    )
    said = f'<p role="alert">{escape(message)}</p>' if message else ""
    button = "<p><button>Sign in</button></p>"
    return f'{said}<form method="post" action="{escape(action)}">{hidden}{fields}{button}</form>'


def _field(
    name: str,
    label: str,
    *,
    kind: str = "text",
    value: str = "",
    needed: bool = True,
    complete: str = "username",
) -> str:
    required = " required" if needed else ""
    return (
        f'<p><label>{escape(label)}<br><input type="{kind}" name="{name}" '
        f'value="{escape(value)}" autocomplete="{complete}"{required}></label></p>'
    )
