"""One condition in words: operator, qualifier, `IfExists`, values and policy variables.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from doorward.analysis.explanation.texts import quoted
from doorward.engine.conditions.combine import FOR_ALL, FOR_ANY, Test, test
from doorward.engine.variables import wanted
from doorward.policy.document import Condition


class Phrase(NamedTuple):
    """What is said of one value, and of several; `after` stands behind the values."""

    one: str
    several: str
    after: str = ""


FOLDED = " in upper or lower case"
PHRASES: Mapping[str, Phrase] = MappingProxyType(
    {
        "StringEquals": Phrase("is", "is one of"),
        "StringNotEquals": Phrase("is not", "is none of"),
        "StringEqualsIgnoreCase": Phrase("is", "is one of", FOLDED),
        "StringNotEqualsIgnoreCase": Phrase("is not", "is none of", FOLDED),
        "StringLike": Phrase("is like", "is like one of"),
        "StringNotLike": Phrase("is not like", "is like none of"),
        "ArnEquals": Phrase("is an ARN like", "is an ARN like one of"),
        "ArnLike": Phrase("is an ARN like", "is an ARN like one of"),
        "ArnNotEquals": Phrase("is no ARN like", "is no ARN like any of"),
        "ArnNotLike": Phrase("is no ARN like", "is no ARN like any of"),
        "NumericEquals": Phrase("is the number", "is one of the numbers"),
        "NumericNotEquals": Phrase("is not the number", "is none of the numbers"),
        "NumericLessThan": Phrase("is less than", "is less than one of"),
        "NumericLessThanEquals": Phrase("is at most", "is at most one of"),
        "NumericGreaterThan": Phrase("is more than", "is more than one of"),
        "NumericGreaterThanEquals": Phrase("is at least", "is at least one of"),
        "DateEquals": Phrase("is the time", "is one of the times"),
        "DateNotEquals": Phrase("is not the time", "is none of the times"),
        "DateLessThan": Phrase("is before", "is before one of"),
        "DateLessThanEquals": Phrase("is not after", "is not after one of"),
        "DateGreaterThan": Phrase("is after", "is after one of"),
        "DateGreaterThanEquals": Phrase("is not before", "is not before one of"),
        "Bool": Phrase("is", "is one of"),
        "BinaryEquals": Phrase("is, in base64,", "is, in base64, one of"),
        "IpAddress": Phrase("lies in", "lies in one of"),
        "NotIpAddress": Phrase("lies outside of", "lies outside of all of"),
    }
)

KEYS: Mapping[str, str] = MappingProxyType(
    {
        "aws:calledvia": "the services that pass the request on",
        "aws:currenttime": "the time of the request",
        "aws:multifactorauthage": "the seconds since the sign-in with MFA",
        "aws:multifactorauthpresent": "MFA in the session",
        "aws:principalaccount": "the caller's account",
        "aws:principalarn": "the caller's ARN",
        "aws:principalisawsservice": "a call by an AWS service itself",
        "aws:principalorgid": "the caller's organization",
        "aws:principalorgpaths": "the caller's place in its organization",
        "aws:principaltag": "the caller's tag",
        "aws:principaltype": "the kind of caller",
        "aws:requestedregion": "the Region that is called",
        "aws:requesttag": "in the request, the tag",
        "aws:resourceaccount": "the account of the resource",
        "aws:resourceorgid": "the organization of the resource",
        "aws:resourcetag": "the resource's tag",
        "aws:securetransport": "TLS",
        "aws:sourceaccount": "the account for which a service calls",
        "aws:sourcearn": "the resource for which a service calls",
        "aws:sourceip": "the caller's IP address",
        "aws:sourcevpc": "the VPC that the request comes from",
        "aws:sourcevpce": "the VPC endpoint that the request comes through",
        "aws:tagkeys": "the tag keys in the request",
        "aws:tokenissuetime": "the time at which the session was made",
        "aws:useragent": "the name that the client gives itself",
        "aws:userid": "the caller's unique id",
        "aws:username": "the caller's user name",
        "aws:viaawsservice": "a call by a service for the caller",
        "iam:passedtoservice": "the service that the role is passed to",
    }
)


def subject(key: str) -> str:
    """What the key holds, with its name; the name alone where nothing is known of it."""
    prefix, _, tag = key.partition("/")
    known = KEYS.get(prefix.lower())
    if known is None:
        return f"`{key}`"
    return f"{known} `{tag}` ({prefix})" if tag else f"{known} ({key})"


def sentence(condition: Condition, *, variables: bool) -> str:
    """*condition* in words; *variables* says whether the language version has policy variables."""
    ready = test(condition, variables=variables)
    key, written = condition.key.value, [one.value for one in condition.values.items]
    if not ready.known:
        return f"`{condition.operator.value}` of `{key}` holds, but there is no such operator"
    if not written:
        return f"{subject(key)} is compared with an empty list (`{condition.operator.value}`)"
    if ready.operator is None:
        return _null(key, written)
    phrase = PHRASES[ready.operator.name]
    verb = phrase.one if len(written) == 1 else phrase.several
    said = f"{verb} {quoted(written)}{phrase.after}"
    return _qualified(ready, key, said) + _variables(ready)


def _null(key: str, written: Sequence[str]) -> str:
    answers = {one.lower() for one in written}
    if answers == {"true"}:
        return f"the request does not tell {subject(key)}"
    if answers == {"false"}:
        return f"the request tells {subject(key)}"
    return f"`Null` of `{key}` is {quoted(written)}"


def _qualified(ready: Test, key: str, said: str) -> str:
    negated = ready.operator is not None and ready.operator.negated
    if ready.qualifier == FOR_ALL:
        return f"each value of {subject(key)} {said}, or there is no value"
    if ready.qualifier == FOR_ANY:
        absent = ", or there is no value" if ready.if_exists else ""
        return f"at least one value of {subject(key)} {said}{absent}"
    absent = ", or the request does not have it" if ready.if_exists or negated else ""
    return f"{subject(key)} {said}{absent}"


def _variables(ready: Test) -> str:
    names = dict.fromkeys(name for value in ready.values for name in wanted(value))
    if not names:
        return ""
    told = ", ".join(f"`${{{name}}}` is {subject(name)}" for name in names)
    return f" (here {told})"
