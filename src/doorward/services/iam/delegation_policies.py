"""Policy templates: managed policies of the requesting account, with `@{name}` for parameters.

AWS registers the templates of its partners by hand; here whoever asks keeps them as policies.

https://docs.aws.amazon.com/IAM/latest/UserGuide/temporary-delegation-policy-templates.html
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from doorward.authz.access import Access
from doorward.policy.document import Effect
from doorward.policy.grammar import PolicyType, check
from doorward.policy.parse import parse
from doorward.services.context import Context
from doorward.services.iam import managed
from doorward.services.iam.errors import InvalidInput

PARAMETER = re.compile(r"@\{([^{}]*)\}")
MOST_CHARACTERS = 2_048
MOST_CHECKS = 200
WILD = "*?$"

Parameter = Mapping[str, Any]


def rendered(ctx: Context, permissions: Mapping[str, Any]) -> str:
    """The policy of *permissions*, its parameters filled in.

    Raises:
        InvalidInput: no template is named, a parameter is missing or given for nothing, or what
            comes out is too long (the wordings are assumed).
        PolicyNotFound: the account has no such policy.
        MalformedPolicyDocument: what comes out is no policy.
    """
    arn = permissions.get("PolicyTemplateArn")
    if arn is None:
        raise InvalidInput("PolicyTemplateArn must be specified.")
    text = managed.document(ctx, managed.known(ctx, arn))
    given = {one.get("Name", ""): one for one in permissions.get("Parameters") or []}
    asked = set(PARAMETER.findall(text))
    if wrong := asked ^ set(given):
        raise InvalidInput(f"The parameters do not match the template: {', '.join(sorted(wrong))}")
    filled = json.dumps(_filled(json.loads(text), given), separators=(",", ":"))
    if len(filled) > MOST_CHARACTERS:
        raise InvalidInput(f"The policy is longer than {MOST_CHARACTERS} characters.")
    check(filled, PolicyType.SESSION)
    return filled


def _filled(node: Any, given: Mapping[str, Parameter]) -> Any:
    """*node* of a JSON document with parameters filled in, in values and not in keys."""
    match node:
        case dict():
            return {key: _filled(value, given) for key, value in node.items()}
        case list():
            found = [_filled(value, given) for value in node]
            return [one for item in found for one in (item if isinstance(item, list) else [item])]
        case str():
            return _text(node, given)
        case _:
            return node


def _text(text: str, given: Mapping[str, Parameter]) -> str | Sequence[str]:
    """*text* filled in; with a parameter that is a list, once for each of its values (assumed).

    Raises:
        InvalidInput: a parameter has not the one value that its place asks for.
    """
    names = dict.fromkeys(PARAMETER.findall(text))
    lists = [name for name in names if given[name].get("Type") == "stringList"]
    for name in names:
        values = given[name].get("Values") or []
        if name not in lists and len(values) != 1:
            raise InvalidInput(f"The parameter {name} must have one value.")
    if len(lists) > 1:
        raise InvalidInput(f"The parameters {', '.join(lists)} are lists in one place.")
    if not lists:
        return PARAMETER.sub(lambda found: _value(given, found[1]), text)
    listed = given[lists[0]].get("Values") or []
    alone = [{**given, lists[0]: {"Values": [value]}} for value in listed]
    return [str(_text(text, one)) for one in alone]


def _value(given: Mapping[str, Parameter], name: str) -> str:
    return str(given[name]["Values"][0])


def covered(ctx: Context, policy: str) -> str:
    """Whether the caller has all permissions of *policy*: `ALLOWED`, `DENIED` or `UNSURE`.

    Each action on each resource is decided; what is written with wildcards or conditions, or is
    too much, leaves it open.
    """
    sure = True
    asked = list(islice(_asked(policy), MOST_CHECKS + 1))
    for access in asked[:MOST_CHECKS]:
        if access is None:
            sure = False
        elif not ctx.authorize(access).allowed:
            return "DENIED"
    return "ALLOWED" if sure and len(asked) <= MOST_CHECKS else "UNSURE"


def _asked(policy: str) -> Iterator[Access | None]:
    """Every action on every resource that *policy* allows, None where that is not one thing."""
    for statement in parse(policy).statements:
        if statement.effect is Effect.DENY:
            continue
        if statement.actions is None or statement.resources is None or statement.conditions:
            yield None
            continue
        for action in statement.actions.items:
            for resource in statement.resources.items:
                text = action.value + resource.value.removesuffix("*" * (resource.value == "*"))
                exact = not any(sign in text for sign in WILD)
                yield Access(action.value, resource.value) if exact else None
