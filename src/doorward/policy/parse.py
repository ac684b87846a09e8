"""The text of a policy to its tree.

Reads the structure of the language strictly; names of elements compare exactly. What AWS refuses
beyond that, such as an action without a service, is `policy.grammar`'s; an engine may be asked
about such documents all the same.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
"""

import re

from doorward.base.limits import POLICY_DOCUMENT_CHARACTERS
from doorward.policy.document import Place, Policy
from doorward.policy.errors import InvalidJson, InvalidValue
from doorward.policy.json import read
from doorward.policy.tree import ELEMENTS, TOP, Tree

__all__ = ["ELEMENTS", "TOP", "parse", "structure"]

# The pattern of `policyDocumentType` in the IAM and STS models. Others are written as `\u` escapes.
FOREIGN = re.compile(r"[^\t\n\r\x20-\xff]")


def parse(text: str, *, limit: int = POLICY_DOCUMENT_CHARACTERS) -> Policy:
    """The policy that *text* spells, which has at most *limit* characters.

    Only texts of AWS's own may be longer than those that users send.

    Raises:
        PolicySyntaxError: too long, a character beyond U+00FF, no JSON, or no policy; says where.
    """
    policy, faults = structure(text, limit=limit)
    if faults:
        raise faults[0]
    return policy


def structure(
    text: str, *, limit: int = POLICY_DOCUMENT_CHARACTERS
) -> tuple[Policy, tuple[InvalidValue, ...]]:
    """The policy that *text* spells, with the Effects that differ from the right ones by case.

    AWS names these only after faults of other kinds, so its grammar must read past them.

    Raises:
        PolicySyntaxError: any other fault.
    """
    if len(text) > limit:
        raise InvalidJson(f"longer than {limit} characters")
    if found := FOREIGN.search(text):
        problem = f"the character U+{ord(found.group()):04X} must be written as an escape"
        raise InvalidJson(problem, Place(*found.span()), text)
    tree = Tree(text)
    policy = tree.policy(read(text))
    return policy, tuple(tree.miscased)
