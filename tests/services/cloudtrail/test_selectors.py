"""Which events selectors take, and which selectors are refused."""

import pytest

from doorward.services.cloudtrail import selectors
from doorward.services.cloudtrail.trail_errors import InvalidEventSelectors

MANAGED = {
    "eventSource": "iam.amazonaws.com",
    "eventName": "CreateUser",
    "readOnly": False,
    "managementEvent": True,
    "eventCategory": "Management",
    "userIdentity": {"arn": "arn:aws:iam::111122223333:user/alice"},
}
DATA = {
    **MANAGED,
    "eventSource": "s3.amazonaws.com",
    "eventName": "GetObject",
    "readOnly": True,
    "managementEvent": False,
    "eventCategory": "Data",
    "resources": [
        {"type": "AWS::S3::Object", "ARN": "arn:aws:s3:::b/logs/a"},
        {"type": "AWS::S3::Bucket", "ARN": "arn:aws:s3:::b"},
    ],
}
KMS = {**MANAGED, "eventSource": "kms.amazonaws.com"}


def objects(*values: str) -> dict:
    return {
        "IncludeManagementEvents": False,
        "DataResources": [{"Type": "AWS::S3::Object", "Values": list(values)}],
    }


def advanced(**fields: dict) -> dict:
    named = [{"Field": name.replace("_", "."), **tests} for name, tests in fields.items()]
    return {"AdvancedEventSelectors": [{"FieldSelectors": named}]}


def of_data(**arn: list[str]) -> dict:
    return advanced(
        eventCategory={"Equals": ["Data"]},
        resources_type={"Equals": ["AWS::S3::Object"]},
        resources_ARN=arn,
    )


TAKEN = [
    # selectors, record, taken
    ({}, MANAGED, True),
    ({}, DATA, False),
    ({"EventSelectors": [{"ReadWriteType": "ReadOnly"}]}, MANAGED, False),
    ({"EventSelectors": [{"ReadWriteType": "WriteOnly"}]}, MANAGED, True),
    ({"EventSelectors": [{"ExcludeManagementEventSources": ["kms.amazonaws.com"]}]}, KMS, False),
    ({"EventSelectors": [objects("arn:aws:s3")]}, DATA, True),
    ({"EventSelectors": [objects("arn:aws:s3:::b/")]}, DATA, True),
    ({"EventSelectors": [objects("arn:aws:s3:::b/other")]}, DATA, False),
    ({"EventSelectors": [objects("arn:aws:s3:::b/")]}, MANAGED, False),
    (of_data(StartsWith=["arn:aws:s3:::b/"]), DATA, True),
    (of_data(StartsWith=["arn:aws:s3:::c/"]), DATA, False),
    (of_data(NotStartsWith=["arn:aws:s3:::b/"]), DATA, False),
    (of_data(NotEquals=["arn:aws:s3:::b"]), DATA, True),  # the bucket is of another type
    (advanced(eventCategory={"Equals": ["Management"]}, readOnly={"Equals": ["true"]}), MANAGED, False),
    (advanced(eventCategory={"Equals": ["Management"]}), MANAGED, True),
    (advanced(eventCategory={"Equals": ["Management"]}, eventSource={"NotEquals": ["kms.amazonaws.com"]}), KMS, False),
]  # fmt: skip


@pytest.mark.parametrize(("chosen", "record", "taken"), TAKEN)
def test_selectors_take_what_they_name(chosen: dict, record: dict, taken: bool) -> None:
    assert selectors.takes(chosen, record) is taken


def fields(**named: dict) -> list[dict]:
    return advanced(**named)["AdvancedEventSelectors"]


REFUSED = [
    fields(readOnly={"Equals": ["true"]}),  # no category
    fields(eventCategory={"Equals": ["Data"]}),  # no type of resource
    fields(eventCategory={"StartsWith": ["Management"]}),
    fields(eventCategory={"Equals": ["Management"]}, eventName={"Equals": ["CreateUser"]}),
    fields(
        eventCategory={"Equals": ["Management"]}, eventSource={"NotEquals": ["iam.amazonaws.com"]}
    ),
    fields(eventCategory={"Equals": ["Management"]}, readOnly={"Equals": ["yes"]}),
    fields(eventCategory={"Equals": ["Management"]}, resources_ARN={"Equals": ["x"]}),
    fields(
        eventCategory={"Equals": ["Data"]},
        resources_type={"Equals": ["AWS::S3::Object"]},
        resources_ARN={"Equals": ["x"] * 501},
    ),
]


@pytest.mark.parametrize("chosen", REFUSED)
def test_advanced_selectors_that_break_a_rule_are_refused(chosen: list[dict]) -> None:
    with pytest.raises(InvalidEventSelectors):
        selectors.check_advanced(chosen)


def test_stores_may_select_management_events_by_more_fields() -> None:
    selectors.check_advanced(
        fields(eventCategory={"Equals": ["Management"]}, eventName={"Equals": ["CreateUser"]}),
        lake=True,
    )


@pytest.mark.parametrize(
    "chosen",
    [
        [{}] * 6,
        [{"ExcludeManagementEventSources": ["iam.amazonaws.com"]}],
        [{"DataResources": [{"Type": "AWS::S3::Bucket", "Values": ["arn:aws:s3"]}]}],
        [objects("my-bucket")],
        [objects(*(f"arn:aws:s3:::b/{number}" for number in range(251)))],
    ],
)
def test_basic_selectors_that_break_a_rule_are_refused(chosen: list[dict]) -> None:
    with pytest.raises(InvalidEventSelectors):
        selectors.check_basic(chosen)
