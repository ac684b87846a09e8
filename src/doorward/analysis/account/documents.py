"""Policy documents as dumps have them: JSON, text that is JSON, or the same URL-encoded.

AWS answers with text encoded after RFC 3986; SDKs and the CLI print it decoded.

https://docs.aws.amazon.com/IAM/latest/APIReference/API_PolicyDetail.html
"""

import json
from typing import Any
from urllib.parse import unquote

from doorward.base.errors import BadInput
from doorward.base.limits import AWS_POLICY_DOCUMENT_CHARACTERS
from doorward.policy.document import Policy
from doorward.policy.errors import PolicySyntaxError
from doorward.policy.parse import parse


def read(value: Any, where: str, whose: str = "") -> Policy:
    """The policy that *value* is; *where* says where it stands and *whose* it is, for people.

    Raises:
        BadInput: it is no policy.
    """
    try:
        return parse(_text(value, where, whose), limit=AWS_POLICY_DOCUMENT_CHARACTERS)
    except PolicySyntaxError as error:
        of = f" ({whose})" if whose else ""
        raise BadInput(where, f"is no policy: {error}{of}", "expected a policy document") from error


def _text(value: Any, where: str, whose: str) -> str:
    if isinstance(value, dict):
        return json.dumps(value, separators=(",", ":"))
    if not isinstance(value, str):
        of = f" ({whose})" if whose else ""
        raise BadInput(where, f"expected a policy, as JSON or as text{of}")
    return value if value.lstrip().startswith("{") else unquote(value)
