"""SQS: the queue that a URL or a name means.

https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-queue-message-identifiers.html
"""

from collections.abc import Iterator
from urllib.parse import urlsplit

from doorward.base.arn import is_account
from doorward.gateway.mapping.arn_shape import ArnShape, shape_of
from doorward.gateway.mapping.call import Call, exactly
from doorward.gateway.mapping.requirement import Place, Requirement

MOVING = (
    ("StartMessageMoveTask", "SourceArn"),
    ("ReceiveMessage", "SourceArn"),
    ("DeleteMessage", "SourceArn"),
    ("GetQueueAttributes", "SourceArn"),
    ("SendMessage", "DestinationArn"),
)
OWNER = "QueueOwnerAWSAccountId"


def resolve(call: Call, shape: ArnShape) -> list[str] | None:
    """The queue; of another account where the URL or the request says so."""
    if url := call.text("QueueUrl"):
        account, name = of_url(url, call.place)
        place = call.place._replace(account=account)
        return [shape.arn(place, {"QueueName": name} if name else {})]
    if owner := call.text(OWNER):
        place = call.place._replace(account=owner)
        return [shape.arn(place, {"QueueName": call.text("QueueName")})]
    if source := call.text("SourceArn"):
        return [source if shape.fits(source) else shape.arn(call.place, {})]
    return None


def move(call: Call) -> Iterator[Requirement]:
    """StartMessageMoveTask: all that moving messages is made of.

    https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-configure-dead-letter-queue-redrive.html
    """
    unknown = call.arn("sqs", "queue")
    shape = shape_of("sqs", "queue")
    for action, member in MOVING:
        given = call.text(member)
        if given or member == "SourceArn":
            fits = shape is not None and shape.fits(given)
            yield exactly(f"sqs:{action}", "queue", [given if fits else unknown])


def of_url(url: str, place: Place) -> tuple[str, str | None]:
    """The account and the name in the URL of a queue; no name where it is no such URL.

    Its last two segments count, as in `https://sqs.eu-west-1.amazonaws.com/123456789012/jobs`.
    """
    path = urlsplit(url).path if "://" in url else url
    *before, name = path.strip("/").split("/")
    if not before and "://" not in url:
        return place.account, name or None
    if before and is_account(before[-1]) and name:
        return before[-1], name
    return place.account, None


OPERATIONS = {"StartMessageMoveTask": move}
