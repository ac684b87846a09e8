"""The rule for operations without a row of their own: what members tell, and what they do not."""

from hypothesis import given
from hypothesis import strategies as st

from doorward.engine.match import UNKNOWN
from doorward.gateway.mapping import How, Place, requirements
from doorward.gateway.mapping.fill import MOST_RESOURCES, stem
from gateway.mapping.values import TAGS, A, B, R

PLACE = Place(A, R)
STREAM = f"arn:aws:kinesis:{R}:{A}:stream/"


def resources(service, operation, parameters):
    return requirements(service, operation, parameters, PLACE)[0].resources


STEMS = [
    # member                 what it is about
    ("TableName",            "table"),
    ("DBInstanceIdentifier", "dbinstance"),
    ("VolumeIds",            "volume"),
    ("logGroupArnList",      "loggroup"),
    ("ResourceARN",          "resource"),
    ("Name",                 ""),
    ("Arns",                 ""),
    ("Address",              "address"),
]  # fmt: skip


def test_a_member_is_about_what_its_name_begins_with():
    assert [stem(name) for name, _ in STEMS] == [about for _, about in STEMS]


def test_each_element_of_a_list_is_a_resource():
    ids = ["vol-1", "vol-2"]

    found = requirements("ec2", "DescribeVolumeStatus", {"VolumeIds": ids}, PLACE)
    assert found[0].resources == ("*",)
    assert resources("ec2", "DeleteVpcEndpoints", {"VpcEndpointIds": ["vpce-1", "vpce-2"]}) == (
        f"arn:aws:ec2:{R}:{A}:vpc-endpoint/vpce-1",
        f"arn:aws:ec2:{R}:{A}:vpc-endpoint/vpce-2",
    )


def test_names_and_arns_in_one_list_all_count():
    given_stacks = ["a", STREAM + "b"]

    assert set(resources("kinesis", "DescribeStream", {"StreamName": given_stacks})) == {
        STREAM + "a",
        STREAM + "b",
    }


def test_a_name_and_an_arn_that_differ_both_count():
    both = {"StreamName": "mine", "StreamARN": STREAM + "theirs"}

    assert set(resources("kinesis", "PutRecord", both)) == {STREAM + "mine", STREAM + "theirs"}


def test_an_arn_of_another_type_is_an_unknown_resource():
    bucket = {"StreamARN": "arn:aws:s3:::stream/mine"}

    assert resources("kinesis", "PutRecord", bucket) == (STREAM + UNKNOWN,)
    assert resources("kinesis", "TagResource", {"ResourceARN": "arn:aws:s3:::b", "Tags": {}}) == (
        UNKNOWN,
    )


def test_an_arn_with_a_strange_account_is_none():
    assert resources("kinesis", "PutRecord", {"StreamARN": f"arn:aws:kinesis:{R}:x:stream/s"}) == (
        STREAM + UNKNOWN,
    )


def test_an_arn_of_another_account_is_taken_as_it_is():
    theirs = f"arn:aws:kinesis:{R}:{B}:stream/s"

    assert resources("kinesis", "PutRecord", {"StreamARN": theirs}) == (theirs,)


def test_more_resources_than_can_be_decided_are_an_unknown_one():
    ids = [f"vpce-{n}" for n in range(MOST_RESOURCES + 1)]

    assert resources("ec2", "DeleteVpcEndpoints", {"VpcEndpointIds": ids}) == (
        f"arn:aws:ec2:{R}:{A}:vpc-endpoint/{UNKNOWN}",
    )


def test_a_wildcard_in_a_name_is_a_letter_of_it():
    assert resources("kinesis", "PutRecord", {"StreamName": "*"}) == (STREAM + "*",)


def test_an_action_that_the_catalogue_lacks_is_inferred_on_any_resource():
    found = requirements("sqs", "SendMessage", {}, PLACE)[0]
    new = requirements("ec2", "GetImageFindings", {"ImageId": "ami-1"}, PLACE)[0]

    assert found.how is How.DERIVED
    assert (new.action, new.resources, new.how) == (
        "ec2:GetImageFindings",
        (UNKNOWN,),
        How.INFERRED,
    )
    assert not new.known


def test_tags_go_with_the_resources_that_take_them():
    found = requirements(
        "ec2",
        "CreateVolume",
        {"SnapshotId": "snap-1", "TagSpecifications": [{"ResourceType": "volume", "Tags": TAGS}]},
        PLACE,
    )

    with_tags = {one.resource_types for one in found if "aws:tagkeys" in one.context}
    assert with_tags == {("volume",)}


def test_the_partition_and_the_region_are_those_of_the_place():
    china = Place(A, "cn-north-1", "aws-cn")

    assert requirements("sqs", "DeleteQueue", {"QueueUrl": "jobs"}, china)[0].resources == (
        f"arn:aws-cn:sqs:cn-north-1:{A}:jobs",
    )


@given(st.text(min_size=1, max_size=40))
def test_a_name_never_makes_an_arn_of_another_account_or_service(name):
    for found in resources("kinesis", "PutRecord", {"StreamName": name}):
        assert found == STREAM + UNKNOWN or found.startswith(STREAM)
