"""One change of an account that nobody made yet, and the policy that it gives."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from doorward.analysis.account import documents
from doorward.analysis.account.model import Account, Document
from doorward.base.arn import Arn, is_account
from doorward.base.errors import BadInput
from doorward.base.limits import AWS_POLICY_DOCUMENT_CHARACTERS
from doorward.catalog import managed_policies
from doorward.policy.errors import shown
from doorward.policy.parse import parse


@dataclass(frozen=True, slots=True)
class Change:
    """One change; `where` says where it stands, for people."""

    do: str
    given: Mapping[str, Any]
    where: str

    def text(self, name: str) -> str:
        """The member *name*."""
        value = self.given[name]
        if not isinstance(value, str) or not value:
            raise BadInput(f"{self.where}.{name}", "expected text")
        return value


def document(accounts: Sequence[Account], change: Change, name: str = "policy") -> Document:
    """The policy that the change gives: a document, or one that is known by ARN or name."""
    given = change.given["policy"]
    if isinstance(given, Mapping) or (isinstance(given, str) and given.lstrip().startswith("{")):
        read = documents.read(given, f"{change.where}.policy")
        return Document(str(change.given.get("name") or name), read)
    text = change.text("policy")
    for account in accounts:
        for one in account.policies:
            if text in {one.document.arn, one.document.name}:
                return one.document
    for arn in (text, f"arn:aws:iam::aws:policy/{text}"):
        record = managed_policies.find(arn)
        if record is not None:
            policy = parse(record.document, limit=AWS_POLICY_DOCUMENT_CHARACTERS)
            return Document(record.name, policy, arn)
    raise BadInput(change.where, f"no policy `{shown(text)}` is known", "give its document")


def owner(arn: str) -> str:
    """The account of *arn*, empty where it names none."""
    parsed = Arn.parse(arn)
    return parsed.account if parsed is not None and is_account(parsed.account) else ""
