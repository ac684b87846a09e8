"""The forms of principals.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
"""

import re

from doorward.base.arn import Arn, is_account

UNIQUE_ID = re.compile(r"A(?:IDA|ROA)[A-Z2-7]{12,124}")
DOMAIN = re.compile(r"[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
IAM_PRINCIPALS = ("user/", "role/")
STS_PRINCIPALS = ("assumed-role/", "federated-user/")
PROVIDERS = ("saml-provider/", "oidc-provider/")


def is_aws(value: str) -> bool:
    """Whether *value* may be an `AWS` principal: `*`, an account, an ARN without wildcards, an id.

    Unique ids stand for entities that are gone; AWS shows them in documents.
    """
    if value == "*" or is_account(value) or UNIQUE_ID.fullmatch(value):
        return True
    found = Arn.parse(value)
    if found is None or set("*?") & set(value) or not is_account(found.account) or found.region:
        return False
    match found.service:
        case "iam":
            return found.resource == "root" or found.resource.startswith(IAM_PRINCIPALS)
        case "sts":
            return found.resource.startswith(STS_PRINCIPALS)
        case _:
            return False


def is_federated(value: str) -> bool:
    """Whether *value* is a domain name, or the ARN of a SAML or OpenID Connect provider."""
    if DOMAIN.fullmatch(value):
        return True
    found = Arn.parse(value)
    return (
        found is not None
        and found.service == "iam"
        and is_account(found.account)
        and found.resource.startswith(PROVIDERS)
        and not set("*?") & set(value)
    )
