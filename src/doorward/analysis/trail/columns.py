"""The columns of `events`: those of CloudTrail Lake, and how each is read from a record.

https://docs.aws.amazon.com/awscloudtrail/latest/userguide/query-supported-event-schemas.html
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple


class Column(NamedTuple):
    """One column.

    `key` is the member of the record, `type` what it is in SQL. Members of structures are written
    there as in the record; in SQL case does not matter.
    """

    key: str
    type: str

    @property
    def name(self) -> str:
        """The name in SQL, as Lake shows it."""
        return self.key.lower()


TEXT, FLAG, JSON, TIME = "VARCHAR", "BOOLEAN", "JSON", "TIMESTAMP"

ISSUER = (
    'STRUCT("type" VARCHAR, principalId VARCHAR, arn VARCHAR, accountId VARCHAR, userName VARCHAR)'
)
SESSION = (
    "STRUCT(attributes STRUCT(creationDate TIMESTAMP, mfaAuthenticated VARCHAR), "
    f"sessionIssuer {ISSUER}, "
    "webIdFederationData STRUCT(federatedProvider VARCHAR, attributes JSON), "
    "sourceIdentity VARCHAR, ec2RoleDelivery VARCHAR, ec2IssuedInVpc VARCHAR, assumedRoot VARCHAR)"
)
IDENTITY = (
    'STRUCT("type" VARCHAR, principalId VARCHAR, arn VARCHAR, accountId VARCHAR, '
    f"accessKeyId VARCHAR, userName VARCHAR, sessionContext {SESSION}, "
    "onBehalfOf STRUCT(userId VARCHAR, identityStoreArn VARCHAR), "
    "inScopeOf STRUCT(sourceArn VARCHAR, sourceAccount VARCHAR, issuerType VARCHAR, "
    "credentialsIssuedTo VARCHAR), invokedBy VARCHAR, identityProvider VARCHAR)"
)
RESOURCES = 'STRUCT(accountId VARCHAR, "type" VARCHAR, ARN VARCHAR, ARNPrefix VARCHAR)[]'
ADDENDUM = (
    "STRUCT(reason VARCHAR, updatedFields VARCHAR, originalRequestID VARCHAR, "
    "originalEventID VARCHAR)"
)
TLS = "STRUCT(tlsVersion VARCHAR, cipherSuite VARCHAR, clientProvidedHostHeader VARCHAR)"

COLUMNS = (
    Column("eventVersion", TEXT),
    Column("userIdentity", IDENTITY),
    Column("eventTime", TIME),
    Column("eventSource", TEXT),
    Column("eventName", TEXT),
    Column("awsRegion", TEXT),
    Column("sourceIPAddress", TEXT),
    Column("userAgent", TEXT),
    Column("errorCode", TEXT),
    Column("errorMessage", TEXT),
    Column("requestParameters", JSON),
    Column("responseElements", JSON),
    Column("additionalEventData", JSON),
    Column("requestID", TEXT),
    Column("eventID", TEXT),
    Column("readOnly", FLAG),
    Column("resources", RESOURCES),
    Column("eventType", TEXT),
    Column("apiVersion", TEXT),
    Column("managementEvent", FLAG),
    Column("recipientAccountId", TEXT),
    Column("sharedEventID", TEXT),
    Column("vpcEndpointId", TEXT),
    Column("vpcEndpointAccountId", TEXT),
    Column("serviceEventDetails", JSON),
    Column("addendum", ADDENDUM),
    Column("edgeDeviceDetails", JSON),
    Column("insightDetails", JSON),
    Column("insightSource", TEXT),
    Column("insightState", TEXT),
    Column("insightEventSource", TEXT),
    Column("insightEventName", TEXT),
    Column("insightErrorCode", TEXT),
    Column("insightType", TEXT),
    Column("insightContext", JSON),
    Column("eventCategory", TEXT),
    Column("tlsDetails", TLS),
    Column("sessionCredentialFromConsole", TEXT),
)
NAMES = frozenset(column.name for column in COLUMNS)


def chosen(names: Iterable[str]) -> Sequence[Column]:
    """The columns of these *names*, in the order of the view; never none at all."""
    wanted = set(names)
    return [column for column in COLUMNS if column.name in wanted] or [COLUMNS[0]]


def create(table: str, columns: Sequence[Column]) -> str:
    """The statement that makes *table*."""
    listed = ", ".join(f"{one.name} {one.type.lower()}" for one in columns)
    return f"CREATE TABLE {table} ({listed})"


def load(table: str, columns: Sequence[Column]) -> str:
    """The statement that adds the records of a file, one in a line; `?` stands for its path."""
    listed = ", ".join(f"\"{one.key}\": '{one.type}'" for one in columns)
    return (
        f"INSERT INTO {table} SELECT * FROM read_json(?, format='newline_delimited', "  # noqa: S608
        f"maximum_object_size={LONGEST_RECORD}, columns={{{listed}}})"
    )


LONGEST_RECORD = 2 << 20
"""Bytes of one record at the most: eight times what CloudTrail makes."""
