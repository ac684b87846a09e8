import pytest

from doorward.catalog import keys
from doorward.catalog.keys import KeyType

SAMPLE = [
    # key                                  type               multivalued
    ("aws:PrincipalArn",                   KeyType.ARN,       False),
    ("AWS:SOURCEIP",                       KeyType.IP_ADDRESS, False),
    ("aws:TagKeys",                        KeyType.STRING,    True),
    ("aws:CalledVia",                      KeyType.STRING,    True),
    ("aws:CalledViaFirst",                 KeyType.STRING,    False),
    ("aws:PrincipalOrgPaths",              KeyType.STRING,    True),
    ("aws:MultiFactorAuthPresent",         KeyType.BOOL,      False),
    ("aws:MultiFactorAuthAge",             KeyType.NUMERIC,   False),
    ("aws:CurrentTime",                    KeyType.DATE,      False),
    ("aws:RequestTag/team",                KeyType.STRING,    False),
    ("aws:principaltag/a/b",               KeyType.STRING,    False),
    ("s3:max-keys",                        KeyType.NUMERIC,   False),
    ("s3:ExistingObjectTag/team",          KeyType.STRING,    False),
    ("kms:EncryptionContext:purpose",      KeyType.STRING,    False),
    ("dynamodb:LeadingKeys",               KeyType.STRING,    True),
    ("iam:PermissionsBoundary",            KeyType.ARN,       False),
    ("saml:aud",                           KeyType.STRING,    False),
    ("cognito-identity.amazonaws.com:amr", KeyType.STRING,    True),
]  # fmt: skip


@pytest.mark.parametrize(("key", "kind", "multivalued"), SAMPLE)
def test_known_keys_have_the_type_of_the_page(key, kind, multivalued):
    assert keys.type_of(key) is kind
    assert keys.is_multivalued(key) is multivalued


@pytest.mark.parametrize(
    "key",
    [
        "aws:Nothing",
        "aws:RequestTag",
        "aws:RequestTag/",
        "aws:SourceIp/x",
        "nowhere:key",
        "s3:ExistingObjectTag/",
        "../s3:prefix",
        "",
    ],
)
def test_what_is_no_key_has_no_type(key):
    assert keys.find(key) is None
    assert keys.type_of(key) is None
    assert not keys.is_multivalued(key)


def test_every_global_key_stands_in_the_table_once():
    assert len(keys.BY_NAME) == len(keys.GLOBAL_KEYS) >= 60
    assert all(key.when for key in keys.GLOBAL_KEYS)


def test_every_type_in_the_data_is_known():
    for service in ("s3", "iam", "sts", "ec2", "kms", "dynamodb", "lambda", "secretsmanager"):
        table = keys.data.table("conditionKeys", service)
        kinds = {entry["type"].removeprefix(keys.ARRAY) for entry in table.values()}
        assert kinds <= set(keys.SERVICE_TYPES), service


def test_keys_of_a_service_are_listed():
    assert "s3:prefix" in {key.name for key in keys.service_keys("S3")}
    assert keys.service_keys("nowhere") == ()
