"""What AWS keeps for itself: no policy of a customer can allow these.

https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_managed-vs-inline.html
"""

from doorward.base.arn import Arn

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
    """Whether *action*, in lower case, would change something that belongs to AWS."""
    if action not in CHANGES:
        return False
    found = Arn.parse(resource)
    if found is None:
        return False
    if action in AWS_POLICY_CHANGES:
        return found.account == "aws"
    if action in ROLE_CHANGES:
        return found.resource.startswith("role/aws-reserved/")
    return found.resource.startswith("alias/aws/")
