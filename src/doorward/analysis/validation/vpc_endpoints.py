"""The services that support condition keys about the owner of a VPC endpoint.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-vpceaccount
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-vpceorgid
"""

OF_ACCOUNT = frozenset(
    {
        *("acm-pca", "applicationinsights", "apprunner", "athena", "cloudformation"),
        *("comprehendmedical", "compute-optimizer", "datasync", "discovery", "dynamodb", "ebs"),
        *("ecr", "ecs", "firehose", "gamelift", "healthlake", "iam", "iotfleetwise"),
        *("iotwireless", "kinesisanalytics", "kms", "lambda", "medical-imaging", "omics"),
        *("payment-cryptography", "polly", "rbin", "rekognition", "route53", "s3", "scheduler"),
        *("servicediscovery", "servicequotas", "shield", "ssm-contacts", "storagegateway"),
        *("textract", "transcribe", "transfer"),
    }
)
OF_ORGANIZATION = OF_ACCOUNT | {
    *("b2bi", "cassandra", "cognito-identity", "dms", "ds-data", "identitystore", "iottwinmaker"),
    *("network-firewall", "pricing", "ses", "sms-voice", "sqs"),
}
SUPPORTED = {
    "aws:vpceaccount": OF_ACCOUNT,
    "aws:vpceorgid": OF_ORGANIZATION,
    "aws:vpceorgpaths": OF_ORGANIZATION,
}
