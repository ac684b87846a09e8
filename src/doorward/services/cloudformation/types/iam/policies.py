"""AWS::IAM::Policy: the same inline policy for several principals.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-policy.html
"""

from doorward.services.cloudformation.types.iam import principals
from doorward.services.cloudformation.types.provider import Call, Created, Facts, Properties
from doorward.services.cloudformation.types.refusals import InvalidRequest
from doorward.services.cloudformation.types.resource_type import ResourceType
from doorward.services.cloudformation.types.shape import DOCUMENT, TEXT, TEXTS, structure
from doorward.services.cloudformation.types.steps import undone_by

KINDS = {"Groups": "group", "Roles": "role", "Users": "user"}
Holder = tuple[str, str, str]


def holders(properties: Properties) -> list[Holder]:
    """Every principal that gets the policy, and the name it has there."""
    policy = properties["PolicyName"]
    return [
        (kind, name, policy)
        for member, kind in KINDS.items()
        for name in dict.fromkeys(properties.get(member, ()))
    ]


def check(properties: Properties) -> None:
    """Refuse a policy of nobody.

    Raises:
        InvalidRequest: no principal is named.
    """
    if not holders(properties):
        raise InvalidRequest("At least one of [Groups,Roles,Users] must be non-empty.")


def create(call: Call, properties: Properties, facts: Facts) -> Created:
    """Put the policy on each principal."""
    check(properties)
    own_id = facts.short_id()
    done: list[Holder] = []
    with undone_by(lambda: _drop(call, done), own_id):
        for one in holders(properties):
            principals.put(call, *one, properties["PolicyDocument"])
            done.append(one)
    return Created(own_id, {"Id": own_id})


def update(
    call: Call, physical_id: str, old: Properties, new: Properties, _facts: Facts
) -> Created:
    """Put it where it is new or changed, then take it where it no longer belongs."""
    check(new)
    before, after = holders(old), holders(new)
    changed = old["PolicyDocument"] != new["PolicyDocument"]
    for one in after:
        if changed or one not in before:
            principals.put(call, *one, new["PolicyDocument"])
    _drop(call, [one for one in before if one not in after])
    return Created(physical_id, {"Id": physical_id})


def delete(call: Call, _physical_id: str, properties: Properties, _facts: Facts) -> None:
    """Take it from each principal; a principal may be gone with all its policies."""
    _drop(call, holders(properties))


def _drop(call: Call, of: list[Holder]) -> None:
    for one in of:
        principals.drop(call, *one)


TYPES = (
    ResourceType(
        "AWS::IAM::Policy",
        structure(
            {
                "PolicyName": TEXT,
                "PolicyDocument": DOCUMENT,
                "Groups": TEXTS,
                "Roles": TEXTS,
                "Users": TEXTS,
            },
            "PolicyName",
            "PolicyDocument",
        ),
        create,
        update,
        delete,
        None,
        ("Id",),
    ),
)
