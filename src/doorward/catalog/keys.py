"""Condition keys: the global ones, in a table of our own, and those of the services.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
"""

import re
from enum import Enum
from functools import cache
from types import MappingProxyType
from typing import NamedTuple

from doorward.catalog import data
from doorward.catalog.globs import matches


class KeyType(Enum):
    """Which family of operators a key is made for."""

    STRING = "String"
    BOOL = "Bool"
    NUMERIC = "Numeric"
    DATE = "Date"
    IP_ADDRESS = "IpAddress"
    ARN = "ARN"
    BINARY = "Binary"


class When(Enum):
    """In which requests a global key is there."""

    ALWAYS = "in every request"
    SIGNED = "in signed requests"
    ORGANIZATION = "when the principal's account is in an organization"
    USER = "in requests of IAM users"
    TEMPORARY = "with temporary credentials"
    ROLE_SESSION = "in role sessions that were made so"
    SERVICE = "in calls that an AWS service makes itself"
    FORWARDED = "in calls that an AWS service makes for a principal"
    ENDPOINT = "when the request comes through a VPC endpoint"
    NETWORK = "when the request does not come through a VPC endpoint"
    RESOURCE = "for services that support it"
    TAGGED = "when such a tag is there"
    CLIENT = "when the client sent it"


class ConditionKey(NamedTuple):
    """One condition key. `name` is as AWS spells it; one that ends in `/` takes a tag key.

    `when` is None for keys of services, whose pages say it per action.
    """

    name: str
    type: KeyType
    multivalued: bool = False
    when: When | None = None


STRING, BOOL, NUMERIC, DATE = KeyType.STRING, KeyType.BOOL, KeyType.NUMERIC, KeyType.DATE
IP_ADDRESS, ARN = KeyType.IP_ADDRESS, KeyType.ARN

GLOBAL_KEYS = (
    # of the principal
    ConditionKey("aws:PrincipalArn", ARN, when=When.SIGNED),
    ConditionKey("aws:PrincipalAccount", STRING, when=When.ALWAYS),
    ConditionKey("aws:PrincipalOrgPaths", STRING, multivalued=True, when=When.ORGANIZATION),
    ConditionKey("aws:PrincipalOrgID", STRING, when=When.ORGANIZATION),
    ConditionKey("aws:PrincipalTag/", STRING, when=When.TAGGED),
    ConditionKey("aws:PrincipalIsAWSService", BOOL, when=When.SIGNED),
    ConditionKey("aws:PrincipalServiceName", STRING, when=When.SERVICE),
    ConditionKey("aws:PrincipalServiceNamesList", STRING, multivalued=True, when=When.SERVICE),
    ConditionKey("aws:PrincipalType", STRING, when=When.ALWAYS),
    ConditionKey("aws:userid", STRING, when=When.ALWAYS),
    ConditionKey("aws:username", STRING, when=When.USER),
    # of the session
    ConditionKey("aws:AssumedRoot", BOOL, when=When.ROLE_SESSION),
    ConditionKey("aws:FederatedProvider", STRING, when=When.ROLE_SESSION),
    ConditionKey("aws:TokenIssueTime", DATE, when=When.TEMPORARY),
    ConditionKey("aws:MultiFactorAuthAge", NUMERIC, when=When.TEMPORARY),
    ConditionKey("aws:MultiFactorAuthPresent", BOOL, when=When.TEMPORARY),
    ConditionKey("aws:ChatbotSourceArn", ARN, when=When.ROLE_SESSION),
    ConditionKey("aws:Ec2InstanceSourceVpc", STRING, when=When.ROLE_SESSION),
    ConditionKey("aws:Ec2InstanceSourcePrivateIPv4", IP_ADDRESS, when=When.ROLE_SESSION),
    ConditionKey("aws:SourceIdentity", STRING, when=When.ROLE_SESSION),
    ConditionKey("aws:SignInSessionArn", ARN, when=When.ROLE_SESSION),
    ConditionKey("ec2:RoleDelivery", NUMERIC, when=When.ROLE_SESSION),
    ConditionKey("ec2:SourceInstanceArn", ARN, when=When.ROLE_SESSION),
    ConditionKey("glue:RoleAssumedBy", STRING, when=When.ROLE_SESSION),
    ConditionKey("glue:CredentialIssuingService", STRING, when=When.ROLE_SESSION),
    ConditionKey("codebuild:BuildArn", ARN, when=When.ROLE_SESSION),
    ConditionKey("codebuild:ProjectArn", ARN, when=When.ROLE_SESSION),
    ConditionKey("lambda:SourceFunctionArn", ARN, when=When.ROLE_SESSION),
    ConditionKey("ssm:SourceInstanceArn", ARN, when=When.ROLE_SESSION),
    ConditionKey("identitystore:UserId", STRING, when=When.ROLE_SESSION),
    # several values, which the data of the services does not say
    ConditionKey(
        "cognito-identity.amazonaws.com:amr", STRING, multivalued=True, when=When.ROLE_SESSION
    ),
    # of the network
    ConditionKey("aws:SourceIp", IP_ADDRESS, when=When.NETWORK),
    ConditionKey("aws:SourceVpc", STRING, when=When.ENDPOINT),
    ConditionKey("aws:SourceVpcArn", ARN, when=When.ENDPOINT),
    ConditionKey("aws:SourceVpce", STRING, when=When.ENDPOINT),
    ConditionKey("aws:VpceAccount", STRING, when=When.ENDPOINT),
    ConditionKey("aws:VpceOrgID", STRING, when=When.ENDPOINT),
    ConditionKey("aws:VpceOrgPaths", STRING, multivalued=True, when=When.ENDPOINT),
    ConditionKey("aws:VpcSourceIp", IP_ADDRESS, when=When.ENDPOINT),
    # of the resource
    ConditionKey("aws:ResourceAccount", STRING, when=When.RESOURCE),
    ConditionKey("aws:ResourceOrgID", STRING, when=When.RESOURCE),
    ConditionKey("aws:ResourceOrgPaths", STRING, multivalued=True, when=When.RESOURCE),
    ConditionKey("aws:ResourceTag/", STRING, when=When.TAGGED),
    # of the request
    ConditionKey("aws:CalledVia", STRING, multivalued=True, when=When.FORWARDED),
    ConditionKey("aws:CalledViaFirst", STRING, when=When.FORWARDED),
    ConditionKey("aws:CalledViaLast", STRING, when=When.FORWARDED),
    ConditionKey("aws:CalledViaAWSMCP", STRING, when=When.FORWARDED),
    ConditionKey("aws:ViaAWSMCPService", BOOL, when=When.FORWARDED),
    ConditionKey("aws:IsMcpServiceAction", BOOL, when=When.FORWARDED),
    ConditionKey("aws:ViaAWSService", BOOL, when=When.ALWAYS),
    ConditionKey("aws:CurrentTime", DATE, when=When.ALWAYS),
    ConditionKey("aws:EpochTime", DATE, when=When.ALWAYS),
    ConditionKey("aws:referer", STRING, when=When.CLIENT),
    ConditionKey("aws:RequestedRegion", STRING, when=When.ALWAYS),
    ConditionKey("aws:RequestTag/", STRING, when=When.TAGGED),
    ConditionKey("aws:TagKeys", STRING, multivalued=True, when=When.TAGGED),
    ConditionKey("aws:SecureTransport", BOOL, when=When.ALWAYS),
    ConditionKey("aws:SourceAccount", STRING, when=When.SERVICE),
    ConditionKey("aws:SourceArn", ARN, when=When.SERVICE),
    ConditionKey("aws:SourceOrgID", STRING, when=When.SERVICE),
    ConditionKey("aws:SourceOrgPaths", STRING, multivalued=True, when=When.SERVICE),
    ConditionKey("aws:UserAgent", STRING, when=When.CLIENT),
)
BY_NAME = MappingProxyType({key.name.lower(): key for key in GLOBAL_KEYS})

PLACEHOLDER = re.compile(r"\$\{[^}]*\}|<[^>]*>")
SERVICE_TYPES = MappingProxyType(
    {
        "String": KeyType.STRING,
        "Bool": KeyType.BOOL,
        "Numeric": KeyType.NUMERIC,
        "Date": KeyType.DATE,
        "IPAddress": KeyType.IP_ADDRESS,
        "ARN": KeyType.ARN,
        "Binary": KeyType.BINARY,
    }
)
ARRAY = "ArrayOf"


def find(key: str) -> ConditionKey | None:
    """The key that a condition writes as *key*, in any case, or None.

    A key with a tag in it, such as `aws:RequestTag/team`, is found by what stands before.
    """
    return global_key(key) or _service_key(key.lower())


def global_key(key: str) -> ConditionKey | None:
    """The global key of that name, in any case, or None. Reads no data file."""
    prefix, slash, tag = key.lower().partition("/")
    return BY_NAME.get(f"{prefix}{slash}") if bool(slash) == bool(tag) else None


def type_of(key: str) -> KeyType | None:
    """The type of *key*, None where the key is unknown."""
    found = find(key)
    return found.type if found else None


def is_multivalued(key: str) -> bool:
    """Whether a request may hold several values of *key*; False where the key is unknown."""
    found = find(key)
    return found is not None and found.multivalued


def service_keys(service: str) -> tuple[ConditionKey, ...]:
    """The keys of one service, with placeholders where a tag key stands, in order."""
    service = service.lower()
    if service not in data.services():
        return ()
    entries = data.table("conditionKeys", service).values()
    return tuple(_of_entry(entry["key"], entry["type"]) for entry in entries)


def _service_key(key: str) -> ConditionKey | None:
    prefix = key.partition(":")[0]
    owners = _owners().get(prefix, ())
    return next((found for owner in owners if (found := _of_service(owner, key))), None)


def _of_service(service: str, key: str) -> ConditionKey | None:
    table = data.table("conditionKeys", service)
    if key in table:
        return _of_entry(table[key]["key"], table[key]["type"])
    for pattern, template in _templates(service):
        if matches(pattern, key):
            return _of_entry(table[template]["key"], table[template]["type"])
    return None


@cache
def _templates(service: str) -> tuple[tuple[str, str], ...]:
    """The keys of *service* in which a name stands for any, each behind its pattern."""
    table = data.table("conditionKeys", service)
    found = ((PLACEHOLDER.sub("?*", template), template) for template in table)
    return tuple((pattern, template) for pattern, template in found if pattern != template)


@cache
def _owners() -> dict[str, tuple[str, ...]]:
    """Which services document the keys of a prefix: its own one, or others, as for `saml`."""
    found: dict[str, tuple[str, ...]] = {service: (service,) for service in data.services()}
    for prefix, services in data.table("unassociatedConditions").items():
        found.setdefault(prefix.lower(), tuple(services))
    return found


def _of_entry(name: str, kind: str) -> ConditionKey:
    """A key of a type that is not in the table is text, which no operator but String's takes."""
    single = kind.removeprefix(ARRAY)
    return ConditionKey(name, SERVICE_TYPES.get(single, KeyType.STRING), kind.startswith(ARRAY))
