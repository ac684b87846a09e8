"""The form of one resource: an ARN, a pattern of one, or `*`.

Sentences and their order are observed, not documented.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
"""

FIELDS = 6
PARTITIONS = frozenset(
    {
        "aws",
        "aws-cn",
        "aws-us-gov",
        "aws-iso",
        "aws-iso-b",
        "aws-iso-e",
        "aws-iso-f",
        "aws-eusc",
        "*",
    }
)
IAM_PATHS = (
    "user/",
    "federated-user/",
    "role/",
    "group/",
    "instance-profile/",
    "mfa/",
    "server-certificate/",
    "policy/",
    "sms-mfa/",
    "saml-provider/",
    "oidc-provider/",
    "report/",
    "access-report/",
)
# Younger than the sentence: AssumeRoot takes the root user, delegation requests their templates.
# https://docs.aws.amazon.com/IAM/latest/UserGuide/id_root-user-privileged-task.html
IAM_PATHS_SINCE = ("role-template/", "delegation-request/")
IAM_WHOLE = frozenset({"*", "root"})
# https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html
S3_REGIONAL = ("accesspoint/", "access-grants/", "job/", "storage-lens/", "storage-lens-group/")

VENDOR_MISSING = "Resource vendor must be fully qualified and cannot contain regexes."


def fails_legacy_parsing(resource: str) -> bool:
    """Whether an older parser, which AWS asks first, gives up on *resource*.

    It does where the vendor is empty, or fields are missing and one of the others is empty. It
    never sees what has a wrong partition. That it gives up on an empty resource is assumed.
    """
    fields = resource.split(":", FIELDS - 1)
    if len(fields) < 3 or fields[1] not in PARTITIONS:  # noqa: PLR2004 - arn, partition, vendor
        return False
    return not fields[2] or not fields[-1] or (len(fields) < FIELDS and "" in fields[3:])


def resource_fault(resource: str) -> str | None:
    """AWS's sentence about *resource*, None where its form is right."""
    if resource == "*":
        return None
    fields = resource.split(":", FIELDS - 1)
    if len(fields) == 1:
        return _not_an_arn(resource)
    if fields[1] not in PARTITIONS:
        padded = ":".join(["arn", *fields[1:], *["*"] * (FIELDS - len(fields))])
        return f'Partition "{fields[1]}" is not valid for resource "{padded}".'
    if fields[0] != "arn":
        return _not_an_arn(resource)  # assumed
    if len(fields) == 2 or set("*?") & set(fields[2]):  # noqa: PLR2004 - arn and partition only
        return VENDOR_MISSING
    return _service_fault(resource, [*fields, *["*"] * (FIELDS - len(fields))])


def _not_an_arn(resource: str) -> str:
    return f'Resource {resource} must be in ARN format or "*".'


def _service_fault(resource: str, fields: list[str]) -> str | None:
    """What IAM and S3, which have no regions, say about theirs. Missing fields count as `*`."""
    _, _, vendor, region, _, path = fields
    given = resource.count(":") >= 3 and region  # noqa: PLR2004 - the colon before the region
    if vendor == "iam":
        if given:
            return f"IAM resource {resource} cannot contain region information."
        if path not in IAM_WHOLE and not path.startswith(IAM_PATHS + IAM_PATHS_SINCE):
            return f'IAM resource path must either be "*" or start with {", ".join(IAM_PATHS)}.'
    if vendor == "s3" and given and not path.startswith(("*", *S3_REGIONAL)):
        return f"Resource {resource} can not contain region information."
    return None
