"""An organization to test with: the calls of one account, by the model's names.

mine = Side(world.root())
mine.call("CreateOrganization")
mine.root_id
"""

import json
from typing import Any

from botocore import xform_name

from doorward.server.dispatch import registry
from doorward.services.context import Context
from doorward.store import organizations as queries
from doorward.store.tables.organization import Organization

ALLOW = json.dumps(
    {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}
)
TAGS = json.dumps({"tags": {"costcenter": {"tag_key": {"@@assign": "CostCenter"}}}})


class Side:
    """One account's view; every call goes to the function of the operation."""

    def __init__(self, ctx: Context) -> None:
        self.ctx = ctx

    def call(self, operation: str, **parameters: Any) -> dict[str, Any]:
        """The output of the operation; *parameters* as the model names them."""
        given = {xform_name(name): value for name, value in parameters.items()}
        found = registry()["organizations", operation].handler(self.ctx, **given)
        assert isinstance(found, dict)
        return found

    def every(self, operation: str, member: str, **parameters: Any) -> list[Any]:
        """The items of all pages."""
        found = self.call(operation, **parameters)
        items = list(found[member])
        while "NextToken" in found:
            found = self.call(operation, **parameters, NextToken=found["NextToken"])
            items += found[member]
        return items

    @property
    def organization(self) -> Organization:
        joined = queries.find_account(self.ctx.db, self.ctx.account)
        assert joined is not None
        found = queries.find(self.ctx.db, joined.organization_id)
        assert found is not None
        return found

    @property
    def root_id(self) -> str:
        return self.organization.root_id

    def unit(self, name: str, parent: str | None = None) -> str:
        made = self.call("CreateOrganizationalUnit", ParentId=parent or self.root_id, Name=name)
        return made["OrganizationalUnit"]["Id"]

    def account(self, email: str = "member@example.org", **more: Any) -> str:
        begun = self.call("CreateAccount", Email=email, AccountName="member", **more)
        request = begun["CreateAccountStatus"]["Id"]
        found = self.call("DescribeCreateAccountStatus", CreateAccountRequestId=request)
        return found["CreateAccountStatus"]["AccountId"]

    def enable(self, *types: str) -> None:
        for one in types:
            self.call("EnablePolicyType", RootId=self.root_id, PolicyType=one)

    def policy(
        self, name: str = "policy", content: str = ALLOW, type: str = "SERVICE_CONTROL_POLICY"
    ) -> str:
        made = self.call("CreatePolicy", Content=content, Description="", Name=name, Type=type)
        return made["Policy"]["PolicySummary"]["Id"]

    def attach(self, policy: str, target: str) -> None:
        self.call("AttachPolicy", PolicyId=policy, TargetId=target)
