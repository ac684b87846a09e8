"""Values that several parts of a seed share: names, paths, tags, documents, references."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from doorward.base import arn as arns
from doorward.base import limits
from doorward.base.errors import AwsError
from doorward.catalog import managed_policies
from doorward.policy.grammar import PolicyType, check
from doorward.server.seed.model import Document
from doorward.server.seed.nodes import Node, suggestion

T = TypeVar("T")

# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
NAME = re.compile(r"[\w+=,.@-]+", re.ASCII)
PATH = re.compile(r"/|/[!-~]{1,510}/")
KEY_ID = re.compile(r"[!-~]{1,128}")
SECRET = re.compile(r"[ -~]{1,256}")
LONGEST_NAME = 64
LONGEST_GROUP_OR_POLICY = 128
LONGEST_TAG_KEY = 128
LONGEST_TAG_VALUE = 256


@dataclass(frozen=True, slots=True)
class Scope:
    """What the entities of one account may refer to: ARNs of its policies by name, group names."""

    account: str
    partition: str
    policies: Mapping[str, str]
    groups: frozenset[str] = frozenset()

    def policy(self, node: Node) -> str:
        """The ARN of the managed policy that *node* names, or spells as an ARN.

        Raises:
            BadInput: there is no such policy, of the account or of AWS.
        """
        text = node.text()
        if not text.startswith("arn:"):
            if text in self.policies:
                return self.policies[text]
            problem = f"`{text}` is not a policy of account {self.account} in this file"
            raise node.wrong(problem, suggestion(text, self.policies))
        if text in self.policies.values() or managed_policies.find(text) is not None:
            return text
        raise node.wrong(
            f"`{text}` is not a policy of this file, nor a known AWS managed policy",
            "all AWS managed policies are known with the extra `doorward[emulate]`",
        )

    def group(self, node: Node) -> str:
        """The name of the group that *node* names.

        Raises:
            BadInput: the account has no such group in this file.
        """
        text = node.text()
        if text in self.groups:
            return text
        problem = f"`{text}` is not a group of account {self.account} in this file"
        raise node.wrong(problem, suggestion(text, self.groups))


def name(node: Node, text: str, longest: int) -> str:
    """*text*, if it may be the name of an IAM entity.

    Raises:
        BadInput: it may not.
    """
    if len(text) > longest or not NAME.fullmatch(text):
        problem = f"`{text[:80]}` is not a name"
        raise node.wrong(problem, f"write 1 to {longest} letters, digits and `+=,.@-_`")
    return text


def path(fields: Mapping[str, Node]) -> str:
    """The `path` of an entity, `/` where none is written.

    Raises:
        BadInput: it does not begin and end with a slash.
    """
    node = fields.get("path")
    if node is None:
        return "/"
    text = node.text()
    if not PATH.fullmatch(text):
        raise node.wrong(f"`{text}` is not a path", "begin and end it with a slash: `/staff/`")
    return text


def text(fields: Mapping[str, Node], key: str, pattern: re.Pattern[str], expected: str) -> str:
    """The text of a required field, which matches *pattern*; the text itself is never shown.

    Raises:
        BadInput: it does not.
    """
    found = fields[key].text()
    if not pattern.fullmatch(found):
        raise fields[key].wrong(f"is not {expected}")
    return found


def optional(fields: Mapping[str, Node], key: str, read: Callable[[Node], T]) -> T | None:
    """What *read* makes of a field, None where it is not written or empty."""
    node = fields.get(key)
    return None if node is None or node.empty else read(node)


def listed(
    fields: Mapping[str, Node], key: str, read: Callable[[Node], T], *, most: int | None = None
) -> tuple[T, ...]:
    """What *read* makes of each value of a list, at most *most* different ones.

    Raises:
        BadInput: there are more, or one is there twice.
    """
    node = fields.get(key)
    if node is None:
        return ()
    entries = node.entries()
    if most is not None and len(entries) > most:
        raise node.wrong(f"has {len(entries)} entries; AWS allows {most}")
    found: list[T] = []
    for entry in entries:
        one = read(entry)
        if one in found:
            raise entry.wrong("is there twice", "keep one of the two")
        found.append(one)
    return tuple(found)


def tags(fields: Mapping[str, Node]) -> dict[str, str]:
    """The `tags` of an entity; keys compare without case.

    Raises:
        BadInput: there are too many, one is too long, or two keys differ in case only.
    """
    node = fields.get("tags")
    if node is None:
        return {}
    found = {key: "" if value.empty else value.text() for key, value in node.items()}
    if len(found) > limits.TAGS:
        raise node.wrong(f"has {len(found)} tags; AWS allows {limits.TAGS}")
    if len({key.lower() for key in found}) < len(found):
        raise node.wrong("has two keys that differ in case only", "keep one of the two")
    for key, value in found.items():
        if not 1 <= len(key) <= LONGEST_TAG_KEY or len(value) > LONGEST_TAG_VALUE:
            problem = f"tag `{key[:80]}` is too long"
            raise node.wrong(problem, "AWS allows keys of 128 and values of 256 characters")
    return dict(sorted(found.items()))


def document(node: Node, kind: PolicyType) -> Document:
    """The policy document of *node*, which AWS would accept as a *kind*.

    Raises:
        BadInput: AWS would refuse it; the message is AWS's.
    """
    found = node.document()
    try:
        check(found, kind)
    except AwsError as error:
        raise node.wrong(f"is refused as AWS would: {error.message}") from error
    return Document(found, node.where)


def inline(fields: Mapping[str, Node]) -> dict[str, Document]:
    """The `inline` policies of an entity, by name.

    Raises:
        BadInput: a name or a document is wrong.
    """
    node = fields.get("inline")
    return {
        name(entry, key, LONGEST_GROUP_OR_POLICY): document(entry, PolicyType.IDENTITY)
        for key, entry in (node.items() if node else ())
    }


def account(node: Node, text: str) -> str:
    """*text*, if it is an account id.

    Raises:
        BadInput: it is not.
    """
    if not arns.is_account(text):
        raise node.wrong(f"`{text}` is not an account id", "write 12 digits in quotes")
    return text


def unique(names: Iterable[tuple[str, Node]], kind: str) -> None:
    """Refuse two names of a *kind* that differ in case only, as AWS does.

    Raises:
        BadInput: there are two.
    """
    seen: dict[str, str] = {}
    for one, node in names:
        if one.lower() in seen:
            problem = f"{kind} `{one}` differs from `{seen[one.lower()]}` in case only"
            raise node.wrong(problem, "choose another name")
        seen[one.lower()] = one
