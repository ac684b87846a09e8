"""What the operations on policies return fits the model and reads back the same with botocore."""

from typing import Any
from urllib.parse import unquote

import pytest
from botocore import xform_name
from botocore.parsers import create_parser
from botocore.session import Session

from doorward.services.context import Context
from doorward.services.iam.service import iam
from doorward.wire.route import Route
from doorward.wire.serialize import serialize
from services.iam.entities import (
    ADMINISTRATOR,
    EVERYTHING,
    READ,
    add_group,
    add_instance_profile,
    add_role,
    add_user,
    document,
    statement,
)
from services.support import ACCOUNT, OTHER_ACCOUNT, handler

MODEL = Session().get_service_model("iam")
OWN = f"arn:aws:iam::{ACCOUNT}:policy/Own"
ALICE = f"arn:aws:iam::{ACCOUNT}:user/alice"
KEY = "arn:aws:s3:::bucket/key"
ASKING = document(statement("Allow", "s3:*", Condition={"Bool": {"aws:SecureTransport": "true"}}))
OPEN = document({"Principal": "*", **statement("Allow", "s3:GetObject", "arn:aws:s3:::bucket/*")})

CALLS: list[tuple[str, dict[str, Any]]] = [
    ("CreatePolicy", {"PolicyName": "New", "PolicyDocument": READ, "Tags": [{"Key": "k", "Value": "v"}]}),
    ("GetPolicy", {"PolicyArn": OWN}),
    ("GetPolicy", {"PolicyArn": ADMINISTRATOR}),
    ("ListPolicies", {"Scope": "Local"}),
    ("ListPolicies", {"MaxItems": 2}),
    ("ListPolicyTags", {"PolicyArn": OWN}),
    ("CreatePolicyVersion", {"PolicyArn": OWN, "PolicyDocument": READ, "SetAsDefault": True}),
    ("GetPolicyVersion", {"PolicyArn": OWN, "VersionId": "v1"}),
    ("GetPolicyVersion", {"PolicyArn": ADMINISTRATOR, "VersionId": "v1"}),
    ("ListPolicyVersions", {"PolicyArn": OWN}),
    ("TagPolicy", {"PolicyArn": OWN, "Tags": [{"Key": "k", "Value": "v"}]}),
    ("UntagPolicy", {"PolicyArn": OWN, "TagKeys": ["k"]}),
    ("AttachGroupPolicy", {"GroupName": "readers", "PolicyArn": OWN}),
    ("DetachUserPolicy", {"UserName": "alice", "PolicyArn": OWN}),
    ("ListAttachedUserPolicies", {"UserName": "alice"}),
    ("PutRolePolicy", {"RoleName": "auditor", "PolicyName": "own", "PolicyDocument": READ}),
    ("GetUserPolicy", {"UserName": "alice", "PolicyName": "own"}),
    ("ListUserPolicies", {"UserName": "alice"}),
    ("DeleteUserPolicy", {"UserName": "alice", "PolicyName": "own"}),
    ("PutUserPermissionsBoundary", {"UserName": "alice", "PermissionsBoundary": OWN}),
    ("ListEntitiesForPolicy", {"PolicyArn": OWN}),
    ("ListPoliciesGrantingServiceAccess", {"Arn": ALICE, "ServiceNamespaces": ["s3"]}),
    ("GetContextKeysForPrincipalPolicy", {"PolicySourceArn": ALICE}),
    ("GetAccountAuthorizationDetails", {}),
    ("SimulatePrincipalPolicy", {"PolicySourceArn": ALICE, "ActionNames": ["s3:GetObject", "s3:PutObject"]}),
    ("SimulateCustomPolicy", {
        "PolicyInputList": [EVERYTHING, ASKING],
        "ActionNames": ["s3:GetObject"],
        "ResourceArns": [KEY],
        "ResourcePolicy": OPEN,
        "ResourceOwner": OTHER_ACCOUNT,
        "CallerArn": ALICE,
        "PermissionsBoundaryPolicyInputList": [EVERYTHING],
        "OrderedOrganizationPolicyInputList": [{"ServiceControlPolicyInputList": [EVERYTHING]}],
    }),
]  # fmt: skip


@pytest.fixture
def account(ctx: Context) -> Context:
    alice = add_user(ctx, "alice", boundary=ADMINISTRATOR, tags={"team": "red"})
    add_group(ctx, "readers", alice)
    add_instance_profile(ctx, "profile", add_role(ctx, "auditor"))
    call(ctx, "CreatePolicy", PolicyName="Own", PolicyDocument=ASKING, Description="own")
    call(ctx, "AttachUserPolicy", UserName="alice", PolicyArn=OWN)
    call(ctx, "PutUserPolicy", UserName="alice", PolicyName="own", PolicyDocument=ASKING)
    return ctx


def call(ctx: Context, operation: str, **parameters: Any) -> dict[str, Any]:
    return handler("iam", operation)(
        ctx, **{xform_name(name): value for name, value in parameters.items()}
    )


def plain(value: Any) -> Any:
    """A value as botocore gives it: no empty maps, and documents read."""
    match value:
        case dict():
            return {name: plain(member) for name, member in value.items() if member != {}}
        case list():
            return [plain(item) for item in value]
        case str():
            return unquote(value)
        case _:
            return value


@pytest.mark.parametrize(("operation", "parameters"), CALLS)
def test_an_answer_reads_back_as_it_was_given(
    account: Context, operation: str, parameters: dict[str, Any]
) -> None:
    output = call(account, operation, **parameters)
    route = Route("iam", operation, "query", "iam", "POST")

    response = serialize(route, output, "request")

    shape = MODEL.operation_model(operation).output_shape
    read = create_parser("query").parse(
        {"body": response.body, "headers": dict(response.headers), "status_code": 200}, shape
    )
    del read["ResponseMetadata"]
    assert plain(read) == plain(output)
    assert iam.operations[operation].reads == operation.startswith(("Get", "List", "Simulate"))
