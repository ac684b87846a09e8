"""Whether an event can be of any concern to findings, told by its head, without reading it."""

from doorward.store.tables.audit import AuditEvent

SERVICES = frozenset(
    f"{name}.amazonaws.com"
    for name in (
        "iam",
        "s3",
        "organizations",
        "sqs",
        "sns",
        "kms",
        "secretsmanager",
        "lambda",
        "ecr",
        "dynamodb",
    )
)


def concerns(event: AuditEvent) -> bool:
    """Whether *event* may have changed anything that findings are about.

    Refused requests and events of data have not.
    """
    if event.read_only or event.error_code or not event.region or not event.account:
        return False
    return event.service in SERVICES
