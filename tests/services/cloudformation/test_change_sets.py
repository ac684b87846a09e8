"""Change sets say what would happen, and do it when they are executed."""

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from services.cloudformation.templates import ADMIN, group, groups
from services.cloudformation.test_updates import of, role


def make(
    stacks: Any, name: str, template: Any, kind: str = "UPDATE", **given: Any
) -> dict[str, Any]:
    """The change set once it is made."""
    text = template if isinstance(template, str) else json.dumps(template)
    stacks.client.create_change_set(
        StackName=name, ChangeSetName="cs", ChangeSetType=kind, TemplateBody=text,
        Capabilities=["CAPABILITY_NAMED_IAM"], **given,
    )  # fmt: skip
    found: dict[str, Any] = stacks.client.describe_change_set(StackName=name, ChangeSetName="cs")
    return found


def test_a_stack_is_created_by_way_of_a_change_set(stacks: Any, iam: Any) -> None:
    made = make(stacks, "s", groups("Team"), "CREATE")
    assert (made["Status"], made["ExecutionStatus"]) == ("CREATE_COMPLETE", "AVAILABLE")
    assert made["Changes"] == [
        {
            "Type": "Resource",
            "ResourceChange": {
                "Action": "Add",
                "LogicalResourceId": "Team",
                "ResourceType": "AWS::IAM::Group",
                "Scope": [],
                "Details": [],
            },
        }
    ]
    assert stacks.show("s")["StackStatus"] == "REVIEW_IN_PROGRESS"
    assert iam.list_groups()["Groups"] == []
    stacks.client.get_waiter("change_set_create_complete").wait(StackName="s", ChangeSetName="cs")

    stacks.client.execute_change_set(StackName="s", ChangeSetName="cs")
    stacks.client.get_waiter("stack_create_complete").wait(
        StackName="s", WaiterConfig={"Delay": 0.05}
    )

    found = stacks.settled("s")
    assert found["ChangeSetId"] == made["ChangeSetId"]
    assert found["LastUpdatedTime"]
    assert stacks.events("s")[0] == ("s", "REVIEW_IN_PROGRESS", "User Initiated")


def test_changes_say_what_is_replaced_and_why(stacks: Any) -> None:
    template = {
        "Parameters": {"Name": {"Type": "String"}},
        "Resources": {
            "Worker": role(3600, {"Ref": "Name"}),  # type: ignore[arg-type]
            "Old": group("old"),
        },
    }
    name = {"ParameterKey": "Name", "ParameterValue": "one"}
    stacks.create("s", template, Parameters=[name])
    del template["Resources"]["Old"]

    made = make(stacks, "s", template, Parameters=[name | {"ParameterValue": "two"}])

    old, worker = [one["ResourceChange"] for one in made["Changes"]]
    assert (old["Action"], old["PolicyAction"]) == ("Remove", "Delete")
    assert (worker["Action"], worker["Replacement"]) == ("Modify", "True")
    assert worker["PolicyAction"] == "ReplaceAndDelete"
    assert {one["ChangeSource"]: one.get("CausingEntity") for one in worker["Details"]} == {
        "ParameterReference": "Name",
        "DirectModification": None,
    }
    valued = stacks.client.describe_change_set(
        StackName="s", ChangeSetName="cs", IncludePropertyValues=True
    )["Changes"][1]["ResourceChange"]
    assert valued["Details"][0]["Target"]["AfterValue"] == "two"


def test_a_secret_that_changes_is_a_change_and_is_not_shown(stacks: Any) -> None:
    def given(value: str) -> list[dict[str, str]]:
        return [{"ParameterKey": "Secret", "ParameterValue": value}]

    stacks.create("s", ADMIN, Parameters=given("Correct-horse-7"))

    made = make(stacks, "s", ADMIN, Parameters=given("Battery-staple-8"))

    assert len(made["Changes"]) == 1
    valued = stacks.client.describe_change_set(
        StackName="s", ChangeSetName="cs", IncludePropertyValues=True
    )
    shown = json.dumps(valued, default=str)
    assert "Battery" not in shown
    assert "Correct" not in shown


def test_no_difference_fails_the_change_set_in_the_words_that_clients_know(stacks: Any) -> None:
    stacks.create("s", groups("Team"))

    made = make(stacks, "s", groups("Team"))

    assert (made["Status"], made["ExecutionStatus"]) == ("FAILED", "UNAVAILABLE")
    assert made["StatusReason"].startswith("The submitted information didn't contain changes.")
    with pytest.raises(stacks.client.exceptions.InvalidChangeSetStatusException):
        stacks.client.execute_change_set(StackName="s", ChangeSetName="cs")


def test_change_sets_that_there_are_not(stacks: Any) -> None:
    with pytest.raises(ClientError, match="Stack \\[s\\] does not exist"):
        make(stacks, "s", groups("Team"))
    stacks.create("s", groups("Team"))
    with pytest.raises(stacks.client.exceptions.ChangeSetNotFoundException):
        stacks.client.describe_change_set(StackName="s", ChangeSetName="no")
    with pytest.raises(ClientError, match="already exists and cannot be created again"):
        make(stacks, "s", groups("Team"), "CREATE")
    stacks.client.delete_change_set(StackName="s", ChangeSetName="no")


def test_a_resource_that_exists_is_taken_into_a_stack(stacks: Any, iam: Any) -> None:
    iam.create_group(GroupName="team")
    identifier = {"ResourceType": "AWS::IAM::Group", "LogicalResourceId": "Team",
                  "ResourceIdentifier": {"GroupName": "team"}}  # fmt: skip
    template = {"Resources": {"Team": group("team", DeletionPolicy="Retain")}}
    made = make(stacks, "s", template, "IMPORT", ResourcesToImport=[identifier])
    assert made["Changes"][0]["ResourceChange"]["Action"] == "Import"

    stacks.client.execute_change_set(StackName="s", ChangeSetName="cs")

    assert stacks.settled("s")["StackStatus"] == "IMPORT_COMPLETE"
    assert ("Team", "IMPORT_COMPLETE", None) in stacks.events("s")


def test_the_template_comes_back_as_it_was_given(stacks: Any) -> None:
    stacks.create(
        "s", ADMIN, Parameters=[{"ParameterKey": "Secret", "ParameterValue": "Abc-123-xyz"}]
    )

    found = stacks.client.get_template(StackName="s")
    summary = stacks.client.get_template_summary(StackName="s")

    assert found["TemplateBody"] == ADMIN
    assert summary["Capabilities"] == ["CAPABILITY_NAMED_IAM"]
    assert summary["ResourceTypes"] == ["AWS::IAM::User"]
    assert [one["NoEcho"] for one in summary["Parameters"]] == [False, True]


def test_drift_is_found_where_somebody_changed_a_resource(stacks: Any, iam: Any) -> None:
    stacks.create("s", of(Worker=role(3600), Team=group("team")))
    iam.update_role(RoleName="worker", MaxSessionDuration=7200)

    began = stacks.client.detect_stack_drift(StackName="s")["StackDriftDetectionId"]
    for _ in range(1_000):
        found = stacks.client.describe_stack_drift_detection_status(StackDriftDetectionId=began)
        if found["DetectionStatus"] != "DETECTION_IN_PROGRESS":
            break

    assert (found["StackDriftStatus"], found["DriftedStackResourceCount"]) == ("DRIFTED", 1)
    drifts = stacks.client.describe_stack_resource_drifts(StackName="s")["StackResourceDrifts"]
    assert {one["LogicalResourceId"]: one["StackResourceDriftStatus"] for one in drifts} == {
        "Team": "IN_SYNC",
        "Worker": "MODIFIED",
    }
    (difference,) = drifts[1]["PropertyDifferences"]
    assert difference == {
        "PropertyPath": "/MaxSessionDuration",
        "ExpectedValue": "3600",
        "ActualValue": "7200",
        "DifferenceType": "NOT_EQUAL",
    }
    alone = stacks.client.detect_stack_resource_drift(StackName="s", LogicalResourceId="Team")
    assert alone["StackResourceDrift"]["StackResourceDriftStatus"] == "IN_SYNC"


def test_lists_come_in_pages_that_join_to_the_whole(stacks: Any) -> None:
    names = [f"Team{number:03d}" for number in range(40)]
    stacks.create("s", {"Resources": {name: group(name.lower()) for name in names}})

    events = stacks.events("s")
    listed = stacks.client.list_stack_resources(StackName="s")["StackResourceSummaries"]

    assert len(events) == 2 + 3 * 40
    assert events[0][1:] == ("CREATE_IN_PROGRESS", "User Initiated")
    assert [one["LogicalResourceId"] for one in listed] == names
