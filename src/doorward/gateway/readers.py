"""Where each service keeps the policy and the tags of a resource: which of its operations tells.

A service without a row has no resource policies that are read, and its tags are found by its own
`ListTagsForResource` or the like, which most services have. Where none is known, nothing is known
of its tags.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_aws-services-that-work-with-iam.html
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from doorward.base.arn import Arn
from doorward.gateway.question import Output, Parameters, Question, member, whole
from doorward.gateway.tag_questions import TAGS
from doorward.wire import model


@dataclass(frozen=True, slots=True)
class Reader:
    """What is asked of one service; None where there is nothing to ask."""

    policy: Question | None = None
    tags: Question | None = None


def tag_map(found: Any) -> dict[str, str]:
    """Tags in any of the forms in which services give them, by their keys."""
    if isinstance(found, Mapping):
        return {str(key): str(value) for key, value in found.items()}
    tags = {}
    for one in found or ():
        lowered = {name.lower(): value for name, value in one.items()}
        key = lowered.get("key") or lowered.get("tagkey")
        value = lowered.get("value", lowered.get("tagvalue", ""))
        if key is not None:
            tags[str(key)] = str(value)
    return tags


def _queue(arn: Arn) -> Parameters:
    return {"QueueUrl": f"http://localhost/{arn.account}/{arn.resource}"}


def _key(arn: Arn) -> Parameters | None:
    kind, _, name = arn.resource.partition("/")
    return {"KeyId": name} if kind == "key" else None


def _function(arn: Arn) -> Parameters | None:
    """A function, or a version or alias of one, which has a policy of its own."""
    kind, _, rest = arn.resource.partition(":")
    if kind != "function":
        return None
    name, _, qualifier = rest.partition(":")
    return {"FunctionName": name} | ({"Qualifier": qualifier} if qualifier else {})


def _function_itself(arn: Arn) -> Parameters | None:
    kind, _, rest = arn.resource.partition(":")
    if kind != "function":
        return None
    return {"Resource": str(arn._replace(resource=f"function:{rest.partition(':')[0]}"))}


def _repository(arn: Arn) -> Parameters | None:
    kind, _, name = arn.resource.partition("/")
    return {"repositoryName": name} if kind == "repository" else None


def _table(arn: Arn) -> Parameters | None:
    """A table, or the one that an index or stream is of."""
    parts = arn.resource.split("/")
    return {"ResourceArn": str(arn._replace(resource="/".join(parts[:2])))} if parts else None


def _parameter(arn: Arn) -> Parameters | None:
    kind, _, name = arn.resource.partition("/")
    if kind != "parameter":
        return None
    return {"ResourceType": "Parameter", "ResourceId": f"/{name}" if "/" in name else name}


def _log_group(arn: Arn) -> Parameters | None:
    kind, _, rest = arn.resource.partition(":")
    if kind != "log-group":
        return None
    return {"resourceArn": str(arn._replace(resource=f"{kind}:{rest.partition(':')[0]}"))}


def _bus(arn: Arn) -> Parameters | None:
    kind, _, name = arn.resource.partition("/")
    return {"Name": name} if kind == "event-bus" else None


def _ec2(arn: Arn) -> Parameters | None:
    name = arn.resource.partition("/")[2]
    return {"Filters": [{"Name": "resource-id", "Values": [name]}]} if name else None


def _attribute(output: Output) -> Any:
    return output.get("Attributes", {}).get("Policy")


def _function_policy(output: Output) -> Any:
    """The policy of a function; moto writes its principals without `AWS` before them."""
    text = output.get("Policy")
    if not isinstance(text, str):
        return text
    try:
        policy = json.loads(text)
    except ValueError:
        return text
    statements = policy.get("Statement", ()) if isinstance(policy, dict) else ()
    for one in statements if isinstance(statements, list) else ():
        principal = one.get("Principal") if isinstance(one, dict) else None
        if isinstance(principal, str) and principal != "*":
            one["Principal"] = {"AWS": principal}
    return policy


READERS: Mapping[str, Reader] = {
    "sqs": Reader(
        Question(
            "GetQueueAttributes",
            lambda arn: {**_queue(arn), "AttributeNames": ["Policy"]},
            _attribute,
        ),
        Question("ListQueueTags", _queue, member("Tags")),
    ),
    "sns": Reader(
        Question("GetTopicAttributes", whole("TopicArn"), _attribute),
        Question("ListTagsForResource", whole("ResourceArn"), member("Tags")),
    ),
    "kms": Reader(
        Question(
            "GetKeyPolicy",
            lambda arn: key | {"PolicyName": "default"} if (key := _key(arn)) else None,
            member("Policy"),
        ),
        Question("ListResourceTags", _key, member("Tags")),
    ),
    "lambda": Reader(
        Question("GetPolicy", _function, _function_policy),
        Question("ListTags", _function_itself, member("Tags")),
    ),
    "secretsmanager": Reader(
        Question("GetResourcePolicy", whole("SecretId"), member("ResourcePolicy")),
        Question("DescribeSecret", whole("SecretId"), member("Tags")),
    ),
    "ecr": Reader(
        Question("GetRepositoryPolicy", _repository, member("policyText")),
        Question("ListTagsForResource", whole("resourceArn", "repository/"), member("tags")),
    ),
    "dynamodb": Reader(
        Question("GetResourcePolicy", _table, member("Policy")),
        Question("ListTagsOfResource", _table, member("Tags")),
    ),
    "events": Reader(
        Question("DescribeEventBus", _bus, member("Policy")),
        Question("ListTagsForResource", whole("ResourceARN"), member("Tags")),
    ),
    "ssm": Reader(tags=Question("ListTagsForResource", _parameter, member("TagList"))),
    "logs": Reader(tags=Question("ListTagsForResource", _log_group, member("tags"))),
    "s3": Reader(
        Question("GetBucketPolicy", lambda arn: {"Bucket": arn.resource}, member("Policy"))
    ),
    "ec2": Reader(tags=Question("DescribeTags", _ec2, member("Tags"))),
}

NAMES = ("ListTagsForResource", "ListTags", "ListTagsOfResource", "GetTags")
NOTHING = Reader()


def reader(service: str) -> Reader:
    """What is asked of *service*."""
    found = READERS.get(service)
    if found is None and service in TAGS:
        return Reader(tags=TAGS[service])
    return found or _generic(service)


@lru_cache(maxsize=512)
def _generic(service: str) -> Reader:
    """The service's own operation that lists the tags of an ARN, if it has one.

    That is one of the usual names with one required member that is called an ARN.
    """
    known = model.service(service).operation_names
    for name in NAMES:
        if name not in known:
            continue
        required = [one for one in model.parameters(service, name) if one.required]
        if len(required) == 1 and required[0].name.lower().endswith("arn"):
            return Reader(tags=Question(name, whole(required[0].name), _any_tags))
    return NOTHING


def _any_tags(output: Output) -> Any:
    return next((value for name, value in output.items() if "tags" in name.lower()), None)


MISSING = ("notfound", "nonexistent", "doesnotexist", "nosuch", "invalidresourceid")
"""What the codes hold that say that there is no such resource, or no policy of it."""


def is_missing(code: str, status: int) -> bool:
    """Whether an error means that there is nothing to read.

    A service that does not answer the question at all has nothing to read either.
    """
    return any(word in code.lower() for word in MISSING) or status == 501  # noqa: PLR2004
