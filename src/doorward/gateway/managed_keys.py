"""Keys of KMS that AWS manages for a service, which asks for them in the caller's name.

https://docs.aws.amazon.com/IAM/latest/UserGuide/access_forward_access_sessions.html
"""

import json

from doorward.authz.compiled import resource_policy
from doorward.engine.compile import PolicySet
from doorward.gateway.mapping import Requirement

MANAGED = ":key/aws/"
ALIAS = ":alias/aws/"


def behind(alias: str) -> str | None:
    """The ARN under which the key of AWS behind *alias* is decided on; None for any other ARN."""
    return alias.replace(ALIAS, MANAGED) if ALIAS in alias else None


def policy(one: Requirement, resource: str) -> PolicySet | None:
    """The policy of a key that AWS manages for a service; None for any other key.

    It lets in everybody of the account by way of the service, and nobody else.

    https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html#aws-managed-cmk
    """
    if one.via is None or MANAGED not in resource:
        return None
    held = {
        "kms:CallerAccount": resource.split(":")[4],
        "kms:ViaService": one.context["kms:viaservice"],
    }
    statement = {
        "Effect": "Allow",
        "Principal": {"AWS": "*"},
        "Action": "kms:*",
        "Resource": "*",
        "Condition": {"StringEquals": held},
    }
    return resource_policy(json.dumps({"Version": "2012-10-17", "Statement": [statement]}))
