"""What Role Manager has and Doorward has not: refused, and nothing is pretended."""

import pytest

from doorward.services.context import Context
from doorward.services.iam.errors import InvalidInput, NoSuchEntity
from doorward.services.iam.role_templates import (
    acquire_role,
    get_account_properties,
    get_role_template_version,
    put_account_properties,
)
from doorward.services.iam.service import iam
from services.support import accesses

TEMPLATE = "arn:aws:iam::aws:role-template/ec2.amazonaws.com/worker:1"


def test_no_role_template_is_known(ctx: Context) -> None:
    for operation in (acquire_role, get_role_template_version):
        with pytest.raises(NoSuchEntity):
            operation(ctx, template_arn=TEMPLATE)
    (access,) = accesses(iam, "AcquireRole", ctx, TemplateArn=TEMPLATE)
    assert access.resource == TEMPLATE


def test_no_property_can_be_set(ctx: Context) -> None:
    with pytest.raises(InvalidInput, match="RoleManager/Enabled"):
        put_account_properties(ctx, properties={"RoleManager/Enabled": "true"})
    assert get_account_properties(ctx) == {"Properties": {}}
    (access,) = accesses(iam, "PutAccountProperties", ctx, Properties={"A/b": "c", "A/d": "e"})
    assert access.context == {"iam:accountpropertynamespaces": ("A",)}
