"""One request for each operation that is answered, as botocore writes it: the rows of the matrix."""

from dataclasses import replace
from functools import cache

from authn.clients import Sent
from authn.in_process import ALICE
from doorward.authn.errors import Family
from doorward.server.dispatch import registry
from wire import traffic
from wire.samples import sample
from wire.traffic import botocore_request

MODELS = traffic.MODELS | {
    name: traffic.model(name) for name in ("account", "cloudformation", "rolesanywhere")
}

SPOKEN = {"cloudwatch": traffic.protocols("cloudwatch")}
"""Services of several protocols, which their operations take in turns here."""

KNOWN_BY_SCOPE = {"account", "rolesanywhere", "accessanalyzer"}
"""Services that only the scope tells from S3: a request without one is a post to a bucket."""

# S3 has two names for these; requests are always taken for the second.
TWINS = {
    "GetBucketLifecycle": "GetBucketLifecycleConfiguration",
    "GetBucketNotification": "GetBucketNotificationConfiguration",
    "PutBucketLifecycle": "PutBucketLifecycleConfiguration",
    "PutBucketNotification": "PutBucketNotificationConfiguration",
}

FORM = (
    b'--x\r\nContent-Disposition: form-data; name="key"\r\n\r\nb.txt\r\n'
    b'--x\r\nContent-Disposition: form-data; name="file"; filename="b"\r\n\r\ntext\r\n--x--\r\n'
)
BY_HAND = {
    # What botocore's models do not have.
    ("s3", "PostObject"): Sent(
        "POST",
        "/reports",
        FORM,
        {"content-type": "multipart/form-data; boundary=x"},
        "s3",
        Family.S3,
    ),
}


@cache
def rows() -> dict[tuple[str, str], Sent]:
    """A request for every registered operation, to be signed by alice with a header."""
    found = {}
    for service, name in registry():
        if (service, name) in BY_HAND:
            found[service, name] = replace(BY_HAND[service, name], by=ALICE)
        elif service in MODELS and name in MODELS[service].operation_names:
            found[service, name] = modelled(service, name)
    return found


@cache
def refused_rows() -> dict[tuple[str, str], Sent]:
    """The rows, with a service of the JSON protocol beside them whether it is answered or not.

    What is wrongly signed is refused before it is asked whether there is such an operation.
    """
    names = MODELS["organizations"].operation_names
    return {("organizations", name): modelled("organizations", name) for name in names} | rows()


def modelled(service: str, name: str) -> Sent:
    """The shortest request that botocore makes for the operation, about what the seed holds."""
    operation = MODELS[service].operation_model(name)
    shape = operation.input_shape
    given = sample(shape, full=False) if shape else {}
    if service == "s3":
        given |= {"Bucket": "reports"} if shape and "Bucket" in shape.members else {}
        given |= {"Key": "a.txt"} if "Key" in given else {}
        given |= {"CopySource": "reports/a.txt"} if "CopySource" in given else {}
        # Its own shape lacks what the one that it is taken for requires.
        given |= {"NotificationConfiguration": {}} if name == "PutBucketNotification" else {}
        given |= (
            {"Tagging": {"TagSet": [{"Key": "team", "Value": "red"}]}} if "Tagging" in given else {}
        )
    names = MODELS[service].operation_names
    spoken = SPOKEN.get(service, (MODELS[service].metadata["protocol"],))
    protocol = spoken[names.index(name) % len(spoken)]
    request = botocore_request(operation, given, protocol=protocol)
    target = f"{request.path}?{request.query}" if request.query else request.path
    headers = {key: value for key, value in request.headers if key not in {"host", "authorization"}}
    signing_name = MODELS[service].signing_name
    family = Family.of(protocol, signing_name)
    body = request.body.read()
    return Sent(request.method, target, body, headers, signing_name, family, by=ALICE)


def presigned(sent: Sent) -> Sent:
    """*sent* as a URL; a form goes into the query, as botocore does it."""
    if sent.family is not Family.QUERY:
        return replace(sent, how="query", expires=3600)
    return replace(
        sent, method="GET", path=f"/?{sent.body.decode()}", body=b"", headers={}, how="query"
    )
