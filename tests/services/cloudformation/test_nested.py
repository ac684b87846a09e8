"""A stack is a resource of another: made, changed, taken back and deleted with it."""

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from clients.conftest import Served
from services.cloudformation.conftest import Stacks
from services.cloudformation.templates import group

BUCKET = "templates"
BROKEN = group("team", Properties={"GroupName": "team", "ManagedPolicyArns": ["nothing"]})


@pytest.fixture
def put(fresh: Served) -> Any:
    """Puts a template into the bucket; gives back its URL at this server."""
    s3 = fresh.client("s3")
    s3.create_bucket(Bucket=BUCKET)

    def store(name: str, template: dict[str, Any], host: str = "127.0.0.1") -> str:
        s3.put_object(Bucket=BUCKET, Key=f"{name}.json", Body=json.dumps(template))
        port = fresh.endpoint.rpartition(":")[2]
        return f"http://{host}:{port}/{BUCKET}/{name}.json"

    return store


def child(name: str = "team", **more: Any) -> dict[str, Any]:
    """A template of one group, whose name it gives out."""
    return {
        "Parameters": {"Name": {"Type": "String", "Default": name}},
        "Resources": {"Team": group({"Ref": "Name"})} | more,
        "Outputs": {"Arn": {"Value": {"Fn::GetAtt": "Team.Arn"}}},
    }


def around(url: str, *, name: str = "team", **more: Any) -> dict[str, Any]:
    """A template of a nested stack."""
    nested = {
        "Type": "AWS::CloudFormation::Stack",
        "Properties": {"TemplateURL": url, "Parameters": {"Name": name}},
    }
    return {
        "Resources": {"Inner": nested} | more,
        "Outputs": {"Arn": {"Value": {"Fn::GetAtt": "Inner.Outputs.Arn"}}},
    }


def inner(stacks: Stacks, name: str = "outer") -> str:
    """The id of the nested stack."""
    found = stacks.client.describe_stack_resource(StackName=name, LogicalResourceId="Inner")
    stack_id: str = found["StackResourceDetail"]["PhysicalResourceId"]
    return stack_id


def team(iam: Any) -> list[str]:
    return [one["GroupName"] for one in iam.list_groups()["Groups"]]


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_a_nested_stack_is_made_and_deleted_with_the_one_around_it(
    stacks: Stacks, iam: Any, put: Any, host: str
) -> None:
    made = stacks.create(
        "outer",
        around(put("child", child(), host), name="readers"),
        Tags=[{"Key": "team", "Value": "red"}],
    )

    assert made["StackStatus"] == "CREATE_COMPLETE", stacks.events("outer")
    assert stacks.outputs("outer")["Arn"].endswith(":group/readers")
    nested = stacks.show(inner(stacks))
    assert nested["StackName"].startswith("outer-Inner-")
    assert nested["ParentId"] == nested["RootId"] == made["StackId"]
    assert nested["Tags"] == [{"Key": "team", "Value": "red"}]
    assert nested["Capabilities"] == ["CAPABILITY_NAMED_IAM"]

    assert stacks.delete("outer")["StackStatus"] == "DELETE_COMPLETE"
    assert stacks.show(nested["StackId"])["StackStatus"] == "DELETE_COMPLETE"
    assert team(iam) == []


def test_stacks_are_nested_in_nested_ones_and_know_their_root(
    stacks: Stacks, iam: Any, put: Any
) -> None:
    middle = around(put("child", child()))
    made = stacks.create("outer", around_only(put("middle", middle)))

    assert made["StackStatus"] == "CREATE_COMPLETE", stacks.events("outer")
    deepest = stacks.show(inner(stacks, inner(stacks)))
    assert deepest["ParentId"] == inner(stacks)
    assert deepest["RootId"] == made["StackId"]
    assert stacks.delete("outer")["StackStatus"] == "DELETE_COMPLETE"
    assert team(iam) == []


def around_only(url: str) -> dict[str, Any]:
    nested = {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": url}}
    return {"Resources": {"Inner": nested}}


def test_a_nested_stack_that_fails_takes_everything_back(
    stacks: Stacks, iam: Any, put: Any
) -> None:
    url = put("child", child(Broken=BROKEN))
    template = around(url, First=group("first"))

    made = stacks.create("outer", template)

    assert made["StackStatus"] == "ROLLBACK_COMPLETE"
    (failed,) = [one for one in stacks.events("outer") if one[1] == "CREATE_FAILED"]
    assert failed[0] == "Inner"
    assert failed[2].startswith("Embedded stack arn:aws:cloudformation:")
    assert failed[2].endswith(
        "was not successfully created: The following resource(s) failed to create: [Broken]. "
    )
    assert team(iam) == []
    listed = stacks.client.list_stacks()["StackSummaries"]
    assert {one["StackName"][:6]: one["StackStatus"] for one in listed} == {
        "outer": "ROLLBACK_COMPLETE",
        "outer-": "DELETE_COMPLETE",
    }


def test_without_the_capability_the_nested_stack_is_refused(
    stacks: Stacks, iam: Any, put: Any
) -> None:
    made = stacks.create("outer", around(put("child", child())), Capabilities=[])

    assert made["StackStatus"] == "ROLLBACK_COMPLETE"
    reasons = str(stacks.events("outer"))
    assert "Requires capabilities : [CAPABILITY_NAMED_IAM]" in reasons
    assert team(iam) == []


def test_an_update_reaches_a_nested_stack_whose_template_alone_is_another(
    stacks: Stacks, iam: Any, put: Any
) -> None:
    template = around(put("child", child()))
    stacks.create("outer", template)
    put("child", child(More=group("more")))

    assert stacks.update("outer", template)["StackStatus"] == "UPDATE_COMPLETE"
    assert team(iam) == ["more", "team"]
    assert stacks.update("outer", template)["StackStatus"] == "UPDATE_COMPLETE"


def test_where_an_update_fails_later_the_nested_stack_gets_its_old_template_back(
    stacks: Stacks, iam: Any, put: Any
) -> None:
    url = put("child", child())
    stacks.create("outer", around(url))
    put("child", child(More=group("more")))
    broken = {**BROKEN, "DependsOn": "Inner"}

    updated = stacks.update("outer", around(url, Broken=broken))

    assert updated["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE", stacks.events("outer")
    assert team(iam) == ["team"]
    assert stacks.show(inner(stacks))["StackStatus"] == "UPDATE_COMPLETE"


def test_a_nested_stack_whose_update_fails_takes_itself_and_the_others_back(
    stacks: Stacks, iam: Any, put: Any
) -> None:
    url = put("child", child())
    stacks.create("outer", around(url))
    put("child", child(Broken=BROKEN, More=group("more")))

    updated = stacks.update("outer", around(url, First=group("first")))

    assert updated["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE", stacks.events("outer")
    assert team(iam) == ["team"]
    reasons = [one[2] for one in stacks.events("outer") if one[1] == "UPDATE_FAILED"]
    assert "was not successfully updated. Currently in UPDATE_ROLLBACK_" in reasons[0]


def test_a_change_set_shows_the_nested_stack_and_carries_it_out(
    stacks: Stacks, iam: Any, put: Any
) -> None:
    template = around(put("child", child()))
    stacks.create("outer", template)
    put("child", child(More=group("more")))
    given = {"StackName": "outer", "ChangeSetName": "next"}

    stacks.client.create_change_set(
        **given,
        TemplateBody=json.dumps(template),
        Capabilities=["CAPABILITY_NAMED_IAM"],
        IncludeNestedStacks=True,
    )

    (change,) = stacks.client.describe_change_set(**given)["Changes"]
    assert change["ResourceChange"]["LogicalResourceId"] == "Inner"
    assert change["ResourceChange"]["Details"][0]["ChangeSource"] == "Automatic"
    stacks.client.execute_change_set(**given)
    assert stacks.settled("outer")["StackStatus"] == "UPDATE_COMPLETE"
    assert team(iam) == ["more", "team"]


def test_nobody_else_makes_a_stack_pass_for_a_nested_one(stacks: Stacks) -> None:
    outer = stacks.create("outer", {"Resources": {"Team": group("team")}})
    forged = {"Key": "aws:cloudformation:stack-id", "Value": outer["StackId"]}

    with pytest.raises(ClientError, match="System tags cannot be added"):
        stacks.create("forged", {"Resources": {"One": group("one")}}, Tags=[forged])


def test_a_nested_stack_is_protected_by_its_root_alone(stacks: Stacks, iam: Any, put: Any) -> None:
    stacks.create("outer", around(put("child", child())), EnableTerminationProtection=True)

    with pytest.raises(ClientError, match="on its root stack"):
        stacks.client.update_termination_protection(
            StackName=inner(stacks), EnableTerminationProtection=True
        )
    with pytest.raises(ClientError, match="cannot be deleted while TerminationProtection"):
        stacks.client.delete_stack(StackName="outer")
    assert team(iam) == ["team"]


def test_many_nested_stacks_at_once_come_to_an_end(stacks: Stacks, put: Any) -> None:
    urls = [put(f"child{n}", child(f"team{n}")) for n in range(6)]
    for n, url in enumerate(urls):
        stacks.client.create_stack(
            StackName=f"outer{n}",
            TemplateBody=json.dumps(around(url, name=f"team{n}")),
            Capabilities=["CAPABILITY_NAMED_IAM"],
        )

    ends = {stacks.settled(f"outer{n}")["StackStatus"] for n in range(6)}
    assert ends == {"CREATE_COMPLETE"}
