"""What the pages of Identity Center say, beside those of sign-in."""

from collections.abc import Mapping
from html import escape

from doorward.server.signin.pages import field, form


def sign_in(action: str, kept: Mapping[str, str], *, message: str = "", name: str = "") -> str:
    """The form for a user's name and password; *kept* goes on with it."""
    return form(
        action,
        kept,
        message,
        field("user", "User name", value=name)
        + field("password", "Password", kind="password", complete="current-password"),
    )


def user_code(action: str, message: str = "") -> str:
    """The form for the code that a device shows."""
    return form(
        action,
        {},
        message,
        field("user_code", "Code that your device shows", complete="off"),
        "Next",
    )


def consent(action: str, kept: Mapping[str, str], client_name: str, shown: str) -> str:
    """The question whether a client may act for the user, with a button for each answer."""
    code = f"<p>Your device must show <code>{escape(shown)}</code>.</p>" if shown else ""
    question = (
        f"<p><strong>{escape(client_name)}</strong> asks to use your accounts with your "
        f"permissions. Allow it only if you have just started it yourself.</p>{code}"
    )
    answers = {"allow": "Allow access", "deny": "Deny access"}
    return question + "".join(
        form(action, {**kept, "decision": value}, "", "", label) for value, label in answers.items()
    )


def finished(message: str) -> str:
    """The end of it."""
    return f"<p>{escape(message)}</p>"
