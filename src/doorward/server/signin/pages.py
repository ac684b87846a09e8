"""The pages of sign-in: plain HTML without scripts, everything from outside escaped."""

from collections.abc import Mapping, Sequence
from html import escape

from doorward.base.http import Header, HttpResponse

# Redirects after a form count as its targets, and the AWS CLI listens on a loopback address.
POLICY = (
    "default-src 'none'; base-uri 'none'; frame-ancestors 'none'; "
    "form-action 'self' http://127.0.0.1:* http://localhost:* http://[::1]:*"
)
CSP = "content-security-policy"
HEADERS: tuple[Header, ...] = (
    ("content-type", "text/html; charset=utf-8"),
    (CSP, POLICY),
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
    ("referrer-policy", "no-referrer"),
    ("cache-control", "no-store"),
)


def page(title: str, body: str, status: int = 200, *, pictures: bool = False) -> HttpResponse:
    """A page whose *body* is HTML already; *pictures* lets it show those that are part of it."""
    text = (
        '<!doctype html><html lang="en"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        f"<title>{escape(title)}</title><h1>{escape(title)}</h1>{body}</html>"
    )
    policy = f"{POLICY}; img-src data:" if pictures else POLICY
    headers = [(name, policy if name == CSP else value) for name, value in HEADERS]
    return HttpResponse(status, headers, text.encode())


def refusal(message: str, status: int = 400) -> HttpResponse:
    """A page that says why it goes no further."""
    return page("Sign-in is not possible", f"<p>{escape(message)}</p>", status)


def sign_in(action: str, kept: Mapping[str, str], *, message: str = "", name: str = "") -> str:
    """The form for account, user, password and one-time code; *kept* goes on with it."""
    return form(
        action,
        kept,
        message,
        field("account", "Account ID or alias", value=kept.get("account_hint", ""))
        + field("user", "IAM user name", value=name)
        + field("password", "Password", kind="password", complete="current-password")
        + field("code", "MFA code, if you have a device", needed=False, complete="one-time-code"),
    )


def change(action: str, kept: Mapping[str, str], message: str) -> str:
    """The form for a new password."""
    return form(
        action,
        kept,
        message,
        field("old", "Old password", kind="password", complete="current-password")
        + field("new", "New password", kind="password", complete="new-password"),
    )


def root_sign_in(action: str, message: str) -> str:
    """The form for the access key of a root, and a one-time code."""
    return form(
        action,
        {},
        message,
        field("key", "Access key ID of the root")
        + field("secret", "Secret access key", kind="password", complete="current-password")
        + field("code", "MFA code, if you have a device", needed=False, complete="one-time-code"),
    )


def devices(action: str, serials: Sequence[str], name: str, message: str) -> str:
    """The devices *serials*, each with a button, and the form for another one."""
    rows = "".join(
        f"<li>{escape(serial)}"
        + form(action, {"do": "deactivate", "serial": serial}, "", "", "Deactivate")
        for serial in serials
    )
    shown = f"<ul>{rows}</ul>" if rows else "<p>There is none.</p>"
    fields = field("name", "Name of a new virtual device", value=name, complete="off")
    return _said(message) + shown + form(action, {"do": "create"}, "", fields, "Create")


def new_device(action: str, serial: str, seed: str, picture: str) -> str:
    """A device whose seed is shown this once; *picture* is its QR code, a PNG in base64."""
    return (
        "<p>Read this with an authenticator, then type two codes that follow on one another.</p>"
        f'<p><img alt="QR code" src="data:image/png;base64,{escape(picture)}"></p>'
        f"<p><code>{escape(seed)}</code></p>"
        + form(
            action,
            {"do": "enable", "serial": serial},
            "",
            field("code1", "First code", complete="off")
            + field("code2", "Second code", complete="off"),
            "Enable",
        )
    )


def _said(message: str) -> str:
    return f'<p role="alert">{escape(message)}</p>' if message else ""


def form(
    action: str, kept: Mapping[str, str], message: str, fields: str, button: str = "Sign in"
) -> str:
    """A form that is posted to *action*; *fields* are HTML already, *kept* goes on with it."""
    hidden = "".join(
        f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">'
        for name, value in kept.items()
    )
    pressed = f"<p><button>{escape(button)}</button></p>"
    start = f'{_said(message)}<form method="post" action="{escape(action)}">'
    return f"{start}{hidden}{fields}{pressed}</form>"


def field(
    name: str,
    label: str,
    *,
    kind: str = "text",
    value: str = "",
    needed: bool = True,
    complete: str = "username",
) -> str:
    """One field of a form with its label."""
    required = " required" if needed else ""
    return (
        f'<p><label>{escape(label)}<br><input type="{kind}" name="{name}" '
        f'value="{escape(value)}" autocomplete="{complete}"{required}></label></p>'
    )
