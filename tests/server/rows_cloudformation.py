"""For each operation of CloudFormation, a call that does its work.

The resources are handles to wait for, which no other service is called for.
"""

import json
from typing import Any

from server.place import Side
from server.things import Row

HANDLE = {"Type": "AWS::CloudFormation::WaitConditionHandle"}
UNTIL_SIGNALLED = {
    "Type": "AWS::CloudFormation::WaitCondition",
    "Properties": {"Handle": {"Ref": "Handle"}, "Timeout": "600", "Count": 1},
}
SIGNALLED = {
    "Type": "AWS::CloudFormation::WaitCondition",
    "CreationPolicy": {"ResourceSignal": {"Count": 1, "Timeout": "PT10M"}},
}
CLASHES = {"Type": "AWS::IAM::Group", "Properties": {"GroupName": "taken"}}
STACK_POLICY = {"Statement": [{"Effect": "Allow", "Action": "Update:*", "Principal": "*", "Resource": "*"}]}  # fmt: skip


def template(side: Side, **resources: Any) -> str:
    """A template that exports the account's name, with *resources* beside a handle."""
    export = {"Value": side.account, "Export": {"Name": f"export-{side.account}"}}
    return json.dumps(
        {
            "Description": f"made by {side.account}",
            "Resources": {"Handle": HANDLE, **resources},
            "Outputs": {"Account": export},
        }
    )


def importing(side: Side) -> str:
    value = {"Fn::ImportValue": f"export-{side.account}"}
    return json.dumps({"Resources": {"Handle": HANDLE}, "Outputs": {"Account": {"Value": value}}})


def new(side: Side) -> str:
    return f"{side.new('stack')}-{side.account}"


def create(side: Side) -> dict[str, Any]:
    return {"StackName": new(side), "TemplateBody": template(side)}


def stack(side: Side) -> dict[str, str]:
    given = create(side)
    side.call("cloudformation", "CreateStack", **given)
    return {"StackName": given["StackName"]}


def update(side: Side) -> dict[str, Any]:
    return {**stack(side), "TemplateBody": template(side, Another=HANDLE)}


def change_set(side: Side) -> dict[str, Any]:
    return {**update(side), "ChangeSetName": f"{side.new('changes')}-{side.account}"}


def changes(side: Side) -> dict[str, str]:
    given = change_set(side)
    side.call("cloudformation", "CreateChangeSet", **given)
    return {"StackName": given["StackName"], "ChangeSetName": given["ChangeSetName"]}


def waiting(side: Side) -> dict[str, str]:
    """A stack whose creation waits for a signal."""
    name = new(side)
    body = template(side, Wait=SIGNALLED)
    side.call("cloudformation", "CreateStack", StackName=name, TemplateBody=body)
    return {"StackName": name}


def signal(side: Side) -> dict[str, str]:
    return {**waiting(side), "LogicalResourceId": "Wait", "UniqueId": "one", "Status": "SUCCESS"}


def updating(side: Side) -> dict[str, str]:
    made = stack(side)
    body = template(side, Wait=UNTIL_SIGNALLED)
    side.call("cloudformation", "UpdateStack", **made, TemplateBody=body)
    return made


def failed(side: Side) -> dict[str, str]:
    """A stack that kept what it had when a group of its was there already."""
    side.call("iam", "CreateGroup", GroupName="taken")
    given = {"StackName": new(side), "TemplateBody": template(side, Group=CLASHES)}
    named = {"Capabilities": ["CAPABILITY_NAMED_IAM"], "DisableRollback": True}
    side.call("cloudformation", "CreateStack", **given, **named)
    return {"StackName": given["StackName"]}


def with_policy(side: Side) -> dict[str, str]:
    return {**stack(side), "StackPolicyBody": json.dumps(STACK_POLICY)}


def resource(side: Side) -> dict[str, str]:
    return {**stack(side), "LogicalResourceId": "Handle"}


def detection(side: Side) -> dict[str, str]:
    given = stack(side)
    found = side.call("cloudformation", "DetectStackDrift", **given)
    return {"StackDriftDetectionId": found["StackDriftDetectionId"]}


def imports(side: Side) -> dict[str, str]:
    stack(side)
    given = {"StackName": new(side), "TemplateBody": importing(side)}
    side.call("cloudformation", "CreateStack", **given)
    return {"ExportName": f"export-{side.account}"}


def listed(side: Side) -> dict[str, Any]:
    stack(side)
    return {}


ROWS: dict[str, Row] = {
    "CancelUpdateStack": updating,
    "ContinueUpdateRollback": stack,
    "CreateChangeSet": change_set,
    "CreateStack": create,
    "DeleteChangeSet": changes,
    "DeleteStack": stack,
    "DescribeAccountLimits": listed,
    "DescribeChangeSet": changes,
    "DescribeChangeSetHooks": changes,
    "DescribeEvents": stack,
    "DescribeStackDriftDetectionStatus": detection,
    "DescribeStackEvents": stack,
    "DescribeStackResource": resource,
    "DescribeStackResourceDrifts": stack,
    "DescribeStackResources": stack,
    "DescribeStacks": stack,
    "DescribeType": lambda _: {"Type": "RESOURCE", "TypeName": "AWS::IAM::User"},
    "DetectStackDrift": stack,
    "DetectStackResourceDrift": resource,
    "ExecuteChangeSet": changes,
    "GetStackPolicy": stack,
    "GetTemplate": stack,
    "GetTemplateSummary": stack,
    "ListChangeSets": stack,
    "ListExports": listed,
    "ListImports": imports,
    "ListStackResources": stack,
    "ListStacks": listed,
    "ListTypes": lambda _: {},
    "RollbackStack": failed,
    "SetStackPolicy": with_policy,
    "SignalResource": signal,
    "UpdateStack": update,
    "UpdateTerminationProtection": lambda side: {
        **stack(side),
        "EnableTerminationProtection": True,
    },
    "ValidateTemplate": lambda side: {"TemplateBody": template(side)},
}
