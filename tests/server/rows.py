"""One call for each operation of the services that Doorward has a world of its own for."""

from authn.rows import MODELS
from doorward.server.dispatch import registry
from server import (
    rows_accessanalyzer,
    rows_cloudformation,
    rows_cloudtrail,
    rows_cloudwatch,
    rows_iam,
    rows_logs,
    rows_organizations,
    rows_rolesanywhere,
    rows_s3,
    rows_sso,
    rows_sts,
)
from server.things import Row

TABLES = {
    "iam": rows_iam.ROWS,
    "sts": rows_sts.STS,
    "organizations": rows_organizations.ROWS,
    "account": rows_sts.ACCOUNT,
    "s3": rows_s3.ROWS,
    "rolesanywhere": rows_rolesanywhere.ROWS,
    "identitystore": rows_sso.IDENTITY_STORE,
    "sso": rows_sso.SSO,
    "sso-admin": rows_sso.SSO_ADMIN,
    "sso-oidc": rows_sso.SSO_OIDC,
    "logs": rows_logs.ROWS,
    "cloudwatch": rows_cloudwatch.ROWS,
    "cloudtrail": rows_cloudtrail.ROWS,
    "cloudformation": rows_cloudformation.ROWS,
    "accessanalyzer": rows_accessanalyzer.ROWS,
}
Name = tuple[str, str]

ROWS: dict[Name, Row] = {
    (service, name): row for service, table in TABLES.items() for name, row in table.items()
}
NAMES: list[Name] = sorted(name for name in registry() if name[0] in TABLES)

# What is declared and has no row. Each test says so of its own operation, by `row`.
MISSING = sorted(set(NAMES) - set(ROWS))
# Rows of no operation there is; one that is not answered yet may have its row.
NEEDLESS = sorted(
    name for name in set(ROWS) - set(NAMES) if name[1] not in MODELS[name[0]].operation_names
)

# Calls that are refused whatever is made for them, each with its code: what they are about is
# nothing that this server can have.
NEVER_DONE: dict[Name, str] = {
    ("account", "AcceptPrimaryEmailUpdate"): "ResourceNotFoundException",
    ("account", "GetPrimaryEmailUpdateStatus"): "ResourceNotFoundException",
    ("account", "StartPrimaryEmailUpdate"): "ValidationException",
    ("cloudformation", "ContinueUpdateRollback"): "ValidationError",
    ("cloudtrail", "EnableFederation"): "UnsupportedOperationException",
    ("iam", "AcquireRole"): "NoSuchEntity",
    ("iam", "GetRoleTemplateVersion"): "NoSuchEntity",
    ("iam", "PutAccountProperties"): "InvalidInput",
    ("logs", "DeleteSubscriptionFilter"): "ResourceNotFoundException",
    ("logs", "PutSubscriptionFilter"): "InvalidParameterException",
}


def row(name: Name) -> Row:
    """The row of the operation."""
    assert name in ROWS, f"{':'.join(name)} has no row: add one to tests/server/rows_{name[0]}.py"
    return ROWS[name]
