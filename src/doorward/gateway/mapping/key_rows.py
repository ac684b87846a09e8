"""Operations that use a key of KMS, by service: which actions, and where the key is named."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from doorward.engine.match import UNKNOWN
from doorward.gateway.mapping.call import Call

PRINCIPALS: Mapping[str, str] = {"stepfunctions": "states"}
"""What the principals of services begin with, where that is not botocore's name."""

Sealed = Callable[[str], Mapping[str, str]]
"""The encryption context under which a service encrypts what is in the resource of that ARN."""


def nobody_knows(_: str) -> Mapping[str, str]:
    """No encryption context that is known."""
    return {}


def _by_arn(name: str) -> Sealed:
    return lambda arn: {name: arn}


def _table(arn: str) -> Mapping[str, str]:
    fields = arn.split(":")
    name = fields[-1].split("/")[1] if "/" in fields[-1] else UNKNOWN
    return {"aws:dynamodb:tableName": name, "aws:dynamodb:subscriberId": fields[4]}


def _secret(arn: str) -> Mapping[str, str]:
    return {"SecretARN": arn, "SecretVersionId": UNKNOWN}


@dataclass(frozen=True, slots=True)
class Use:
    """How an operation uses a key.

    Attributes:
        names: the actions on the key, without prefix.
        members: paths of the members that may name the key.
        held: without one, the key is the one that the resource is encrypted with.
        when: the member without which no key is used.
        sealed: the encryption context.
    """

    names: tuple[str, ...]
    members: tuple[str, ...] = ()
    held: bool = False
    when: str = ""
    sealed: Sealed = nobody_knows

    def actions(self, call: Call) -> tuple[str, ...]:
        """The actions on the key; a parameter of the advanced tier has a data key.

        https://docs.aws.amazon.com/systems-manager/latest/userguide/secure-string-parameter-kms-encryption.html
        """
        if call.operation == "PutParameter" and call.text("Tier") in {
            "Advanced",
            "Intelligent-Tiering",
        }:
            return (
                ("GenerateDataKey",)
                if call.text("Tier") == "Advanced"
                else (
                    "Encrypt",
                    "GenerateDataKey",
                )
            )
        return self.names


DECRYPT = ("Decrypt",)
BOTH = ("GenerateDataKey", "Decrypt")
GRANT = ("DescribeKey", "CreateGrant")
VOLUME = ("DescribeKey", "GenerateDataKeyWithoutPlaintext", "CreateGrant")

# https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html
SENT = Use(BOTH, held=True, sealed=_by_arn("aws:sqs:arn"))
RECEIVED = Use(DECRYPT, held=True, sealed=_by_arn("aws:sqs:arn"))
# https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
PUBLISHED = Use(BOTH, held=True, sealed=_by_arn("aws:sns:topicArn"))
# https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html
SECRET_MADE = Use(BOTH, ("KmsKeyId",), sealed=_secret)
SECRET_KEPT = Use(BOTH, held=True, sealed=_secret)
SECRET_READ = Use(DECRYPT, held=True, sealed=_secret)
# https://docs.aws.amazon.com/systems-manager/latest/userguide/secure-string-parameter-kms-encryption.html
PARAMETER = _by_arn("PARAMETER_ARN")
PARAMETER_READ = Use(DECRYPT, held=True, when="WithDecryption", sealed=PARAMETER)
# https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/encryption.usagenotes.html
TABLE = Use(DECRYPT, held=True, sealed=_table)
TABLE_MADE = Use(GRANT, ("SSESpecification.KMSMasterKeyId",), sealed=_table)
# https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars-encryption.html
FUNCTION = Use(("Encrypt", "CreateGrant"), ("KMSKeyArn",), sealed=_by_arn("aws:lambda:FunctionArn"))
# https://docs.aws.amazon.com/ebs/latest/userguide/ebs-encryption-requirements.html
DISK = Use(VOLUME, ("KmsKeyId",))
# https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Overview.Encryption.Keys.html
DATABASE = Use(GRANT, ("KmsKeyId",))
# https://docs.aws.amazon.com/streams/latest/dev/permissions-user-key-KMS.html
STREAM_IN = Use(("GenerateDataKey",), held=True, sealed=_by_arn("aws:kinesis:arn"))
STREAM_OUT = Use(DECRYPT, held=True, sealed=_by_arn("aws:kinesis:arn"))
# https://docs.aws.amazon.com/AmazonECR/latest/userguide/encryption-at-rest.html
REPOSITORY = Use(GRANT, ("encryptionConfiguration.kmsKey",), sealed=_by_arn("aws:ecr:arn"))

OPERATIONS: Mapping[str, Mapping[str, Use]] = {
    "sqs": {
        "SendMessage": SENT,
        "SendMessageBatch": SENT,
        "ReceiveMessage": RECEIVED,
    },
    "sns": {"Publish": PUBLISHED, "PublishBatch": PUBLISHED},
    "secretsmanager": {
        "CreateSecret": SECRET_MADE,
        "UpdateSecret": Use(BOTH, ("KmsKeyId",), held=True, sealed=_secret),
        "PutSecretValue": SECRET_KEPT,
        "GetSecretValue": SECRET_READ,
        "BatchGetSecretValue": SECRET_READ,
    },
    "ssm": {
        "PutParameter": Use(("Encrypt",), ("KeyId",), sealed=PARAMETER),
        "GetParameter": PARAMETER_READ,
        "GetParameters": PARAMETER_READ,
        "GetParameterHistory": PARAMETER_READ,
    },
    "dynamodb": {
        "CreateTable": TABLE_MADE,
        "UpdateTable": TABLE_MADE,
        **dict.fromkeys(
            (
                "GetItem", "PutItem", "UpdateItem", "DeleteItem", "Query", "Scan", "BatchGetItem",
                "BatchWriteItem", "TransactGetItems", "TransactWriteItems",
            ),
            TABLE,
        ),
    },
    "lambda": {"CreateFunction": FUNCTION, "UpdateFunctionConfiguration": FUNCTION},
    "ec2": {"CreateVolume": DISK, "CopySnapshot": DISK},
    "rds": {"CreateDBInstance": DATABASE, "CreateDBCluster": DATABASE},
    "kinesis": {
        "PutRecord": STREAM_IN,
        "PutRecords": STREAM_IN,
        "GetRecords": STREAM_OUT,
    },
    "ecr": {"CreateRepository": REPOSITORY},
}  # fmt: skip
"""Operations by service, both by botocore's names."""
