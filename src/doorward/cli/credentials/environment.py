"""The environment of a program that gets a role's credentials and no others.

https://docs.aws.amazon.com/sdkref/latest/guide/standardized-credentials.html
"""

import os
from collections.abc import Mapping

OTHERS = ("AWS_", "DOORWARD_", "BOTO_", "AMAZON_", "EC2_")
LOOPBACK = ("127.0.0.1", "localhost")


def of_workload(
    inherited: Mapping[str, str], *, endpoint: str, region: str, uri: str, token: str
) -> dict[str, str]:
    """*inherited* with nothing in it that holds or finds other credentials.

    The files of credentials and configuration are there still, but no SDK is told of them.
    """
    kept = {name: value for name, value in inherited.items() if not name.startswith(OTHERS)}
    return {
        **kept,
        **past_proxies(kept),
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_REGION": region,
        "AWS_DEFAULT_REGION": region,
        "AWS_CONTAINER_CREDENTIALS_FULL_URI": uri,
        "AWS_CONTAINER_AUTHORIZATION_TOKEN": token,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        # botocore asks this one's file before it asks for a container's credentials.
        "BOTO_CONFIG": os.devnull,
    }


def past_proxies(inherited: Mapping[str, str]) -> dict[str, str]:
    """`NO_PROXY` so that requests to this machine, which carry the token, stay on it."""
    if not any(name.lower() in {"http_proxy", "all_proxy"} for name in inherited):
        return {}
    before = inherited.get("no_proxy") or inherited.get("NO_PROXY") or ""
    hosts = ",".join([*(host for host in before.split(",") if host), *LOOPBACK])
    return {"no_proxy": hosts, "NO_PROXY": hosts}
