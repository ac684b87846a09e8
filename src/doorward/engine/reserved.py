"""What AWS keeps for itself: no policy of a customer can allow these.

https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_managed-vs-inline.html
"""

from doorward.base.arn import Arn
from doorward.engine.match import UNKNOWN, is_template

AWS_POLICY_CHANGES = frozenset(
    {
        "iam:createpolicy",
        "iam:createpolicyversion",
        "iam:deletepolicy",
        "iam:deletepolicyversion",
        "iam:setdefaultpolicyversion",
        "iam:tagpolicy",
        "iam:untagpolicy",
    }
)
ROLE_CHANGES = frozenset(
    {
        "iam:attachrolepolicy",
        "iam:createrole",
        "iam:createservicelinkedrole",
        "iam:deleterole",
        "iam:deleterolepermissionsboundary",
        "iam:deleterolepolicy",
        "iam:deleteservicelinkedrole",
        "iam:detachrolepolicy",
        "iam:passrole",
        "iam:putrolepermissionsboundary",
        "iam:putrolepolicy",
        "iam:tagrole",
        "iam:untagrole",
        "iam:updateassumerolepolicy",
        "iam:updaterole",
        "iam:updateroledescription",
    }
)
ALIAS_CHANGES = frozenset({"kms:createalias", "kms:deletealias", "kms:updatealias"})
CHANGES = AWS_POLICY_CHANGES | ROLE_CHANGES | ALIAS_CHANGES

# Asking who one is needs no permission, and no policy can forbid it.
# https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
OPEN = frozenset({"sts:getcalleridentity", "sts:getsessiontoken"})

# What the root user of a bucket's account can do whatever the bucket's policy says.
ROOT_KEEPS = frozenset({"s3:deletebucketpolicy", "s3:getbucketpolicy", "s3:putbucketpolicy"})


def kept_by_aws(action: str, resource: str) -> bool:
    """Whether *action*, in lower case, would change something that belongs to AWS, or might."""
    if action not in CHANGES:
        return False
    found = Arn.parse(resource)
    if found is None:
        return is_template(resource)
    if action in AWS_POLICY_CHANGES:
        return found.account == "aws"
    if action in ROLE_CHANGES:
        return _may_begin(found.resource, "role/aws-reserved/")
    return _may_begin(found.resource, "alias/aws/")


def may_be_key(resource: str) -> bool:
    """Whether *resource*, on which a KMS action works, is a key and no alias, or may be one."""
    if not is_template(resource):
        return ":key/" in resource
    found = Arn.parse(resource)
    return found is None or _may_begin(found.resource, "key/")


def _may_begin(resource: str, reserved: str) -> bool:
    """Whether *resource* begins with *reserved*, or may where a part of it is unknown."""
    known = resource.partition(UNKNOWN)[0]
    return known.startswith(reserved) or (known != resource and reserved.startswith(known))
