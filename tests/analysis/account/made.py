"""Dumps and credential reports with what a test is about, and nothing else."""

ACCOUNT = "123456789012"
ALLOW = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}],
}
TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": "ec2.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
    ],
}
ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess"
HEADER = (
    "user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,"
    "password_next_rotation,mfa_active,access_key_1_active,access_key_1_last_rotated,"
    "access_key_1_last_used_date,access_key_1_last_used_region,access_key_1_last_used_service,"
    "access_key_2_active,access_key_2_last_rotated,access_key_2_last_used_date,"
    "access_key_2_last_used_region,access_key_2_last_used_service,cert_1_active,"
    "cert_1_last_rotated,cert_2_active,cert_2_last_rotated"
)
ROOT = (
    f"<root_account>,arn:aws:iam::{ACCOUNT}:root,2026-01-01T00:00:00Z,not_supported,no_information,"
    "not_supported,not_supported,false,false,N/A,N/A,N/A,N/A,false,N/A,N/A,N/A,N/A,false,N/A,false,"
    "N/A"
)
ALICE = (
    f"alice,arn:aws:iam::{ACCOUNT}:user/alice,2026-01-01T00:00:00+00:00,true,2026-02-01T00:00:00Z,"
    "2026-01-01T00:00:00Z,N/A,TRUE,true,2026-01-02T00:00:00Z,N/A,N/A,N/A,false,N/A,N/A,N/A,N/A,"
    "false,N/A,false,N/A"
)


def user(name: str = "alice", **members: object) -> dict[str, object]:
    return {
        "Path": "/",
        "UserName": name,
        "UserId": f"AIDA{name.upper()}",
        "Arn": f"arn:aws:iam::{ACCOUNT}:user/{name}",
        "CreateDate": "2026-01-01T00:00:00+00:00",
        "GroupList": [],
        "AttachedManagedPolicies": [],
        "Tags": [],
    } | members


def role(**members: object) -> dict[str, object]:
    return {
        "Path": "/",
        "RoleName": "deploy",
        "RoleId": "AROADEPLOY",
        "Arn": f"arn:aws:iam::{ACCOUNT}:role/deploy",
        "CreateDate": "2026-01-01T00:00:00+00:00",
        "AssumeRolePolicyDocument": TRUST,
    } | members


def row(name: str = "alice", **columns: str) -> str:
    """A line of the credential report about somebody with nothing but a name."""
    values = {
        "user": name,
        "arn": f"arn:aws:iam::{ACCOUNT}:" + ("root" if name.startswith("<") else f"user/{name}"),
        "user_creation_time": "2026-01-01T00:00:00Z",
    }
    booleans = ("password_enabled", "mfa_active", "active")
    for column in HEADER.split(","):
        values.setdefault(column, "false" if column.endswith(booleans) else "N/A")
    return ",".join((values | columns).values())


def report_of(*rows: str) -> str:
    """A credential report."""
    return "\n".join((HEADER, *rows))
