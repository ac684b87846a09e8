"""DynamoDB's leading keys and attributes, with and without knowledge of the table."""

from doorward.gateway.mapping import Place, Wanted, requirements
from gateway.mapping.values import A, R, S

BOTH = {"artist": S, "song": {"S": "blue"}}


def keys(operation, parameters, partition=None):
    def lookup(wanted, arn):
        assert arn == f"arn:aws:dynamodb:{R}:{A}:table/music"
        return partition if wanted is Wanted.PARTITION_KEY else None

    given = {"TableName": "music", **parameters}
    return requirements("dynamodb", operation, given, Place(A, R), lookup=lookup)[0].context


def test_the_leading_key_is_the_partition_key_where_it_is_known():
    assert keys("GetItem", {"Key": BOTH}, "artist")["dynamodb:leadingkeys"] == ("alice",)


def test_every_key_attribute_leads_where_the_partition_key_is_not_known():
    assert keys("GetItem", {"Key": BOTH})["dynamodb:leadingkeys"] == ("alice", "blue")


def test_a_query_leads_with_what_its_partition_key_equals():
    query = {
        "KeyConditionExpression": "#a = :a AND song = :s",
        "ExpressionAttributeNames": {"#a": "artist"},
        "ExpressionAttributeValues": {":a": S, ":s": {"S": "blue"}},
    }

    assert keys("Query", query, "artist")["dynamodb:leadingkeys"] == ("alice",)


def test_a_query_in_the_old_form_leads_too():
    query = {"KeyConditions": {"artist": {"AttributeValueList": [S], "ComparisonOperator": "EQ"}}}

    assert keys("Query", query, "artist")["dynamodb:leadingkeys"] == ("alice",)


def test_attributes_are_those_of_every_expression():
    update = {
        "Key": {"artist": S},
        "UpdateExpression": "SET #p = if_not_exists(plays, :zero) ADD info.rank :one",
        "ConditionExpression": "attribute_exists(song)",
        "ExpressionAttributeNames": {"#p": "price"},
    }

    assert set(keys("UpdateItem", update)["dynamodb:attributes"]) == {
        "artist",
        "price",
        "plays",
        "info",
        "song",
    }


def test_binary_keys_are_text():
    assert keys("GetItem", {"Key": {"id": {"B": b"\xffx"}}})["dynamodb:leadingkeys"] == ("\ufffdx",)
