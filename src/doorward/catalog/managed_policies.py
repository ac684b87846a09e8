"""The policies that AWS manages.

Their documents are read from the data file that moto ships (the extra `doorward[emulate]`), found
by its path: moto itself is never imported. Without moto only those exist whose document is plain
knowledge. There is one version of each, its default one, under AWS's own version id; AWS does not
publish ids, so ours are made from the name.

https://docs.aws.amazon.com/aws-managed-policy/latest/reference/about-managed-policy-reference.html
"""

import ast
import base64
import hashlib
import importlib.util
import json
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from itertools import islice
from pathlib import Path
from types import MappingProxyType
from typing import Any

from doorward.base.arn import Arn
from doorward.base.ids import UNIQUE_ID_LENGTH

OWNER = "aws"
ID_PREFIX = "ANPA"
DATA_FILE = Path("iam", "aws_managed_policies.py")
# Elements in the order in which AWS writes them; the data file sorts them by name.
ORDER = (
    "Version",
    "Id",
    "Sid",
    "Effect",
    "Action",
    "NotAction",
    "Resource",
    "NotResource",
    "Condition",
    "Statement",
)


@dataclass(frozen=True, slots=True)
class ManagedPolicyRecord:
    """One AWS managed policy. `document` is compact JSON of the default version.

    `description` is None where it is not known.
    """

    name: str
    path: str
    id: str
    default_version: str
    document: str
    created_at: datetime
    updated_at: datetime
    description: str | None = None
    attachable: bool = True

    def arn(self, partition: str = "aws") -> str:
        """The ARN of the policy, which holds its path."""
        return str(Arn(partition, "iam", "", OWNER, f"policy{self.path}{self.name}"))


# https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AdministratorAccess.html
ADMINISTRATOR_ACCESS = MappingProxyType(
    {
        "CreateDate": "2015-02-06T18:39:46+00:00",
        "UpdateDate": "2015-02-06T18:39:46+00:00",
        "DefaultVersionId": "v1",
        "Path": "/",
        "Document": {
            "Version": "2012-10-17",
            "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}],
        },
    }
)


def find(arn: str) -> ManagedPolicyRecord | None:
    """The policy of that ARN in any partition, or None. Names and paths compare exactly."""
    parsed = Arn.parse(arn)
    if parsed is None or (parsed.service, parsed.region, parsed.account) != ("iam", "", OWNER):
        return None
    record = _by_name().get(parsed.resource.rpartition("/")[2])
    return record if record and record.arn(parsed.partition) == arn else None


def records() -> Sequence[ManagedPolicyRecord]:
    """Every policy, by name without regard to case."""
    return _sorted()[0]


def names() -> Iterator[str]:
    """The names of all policies, in the order of `records`."""
    return (record.name for record in records())


def page(
    prefix: str = "/", after: str | None = None, limit: int = 100
) -> tuple[ManagedPolicyRecord, ...]:
    """At most *limit* policies whose path starts with *prefix*, after the one named *after*."""
    found, keys = _sorted()
    start = bisect_right(keys, _key(after)) if after is not None else 0
    wanted = (record for record in islice(found, start, None) if record.path.startswith(prefix))
    return tuple(islice(wanted, limit))


@cache
def _sorted() -> tuple[tuple[ManagedPolicyRecord, ...], tuple[tuple[str, str], ...]]:
    found = tuple(sorted(_by_name().values(), key=lambda record: _key(record.name)))
    return found, tuple(_key(record.name) for record in found)


def _key(name: str) -> tuple[str, str]:
    return name.lower(), name


@cache
def _by_name() -> Mapping[str, ManagedPolicyRecord]:
    raw = _data_file()
    data = _data(raw) if raw is not None else {"AdministratorAccess": ADMINISTRATOR_ACCESS}
    return MappingProxyType({name: _record(name, entry) for name, entry in data.items()})


def _data_file() -> str | None:
    """The text of moto's data file, None where moto is not installed."""
    spec = importlib.util.find_spec("moto")
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        file = Path(folder) / DATA_FILE
        if file.is_file():
            return file.read_text(encoding="utf-8")
    return None


def _data(source: str) -> dict[str, dict[str, Any]]:
    """The JSON in the one assignment of *source*, a module that is read but never run."""
    for statement in ast.parse(source).body:
        if isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Constant):
            data: dict[str, dict[str, Any]] = json.loads(str(statement.value.value))
            return data
    raise ValueError("the data file of AWS managed policies assigns no text")


def _record(name: str, entry: Mapping[str, Any]) -> ManagedPolicyRecord:
    return ManagedPolicyRecord(
        name=name,
        path=entry["Path"],
        id=_id(entry["Path"] + name),
        default_version=entry["DefaultVersionId"],
        document=json.dumps(_ordered(entry["Document"]), separators=(",", ":")),
        created_at=datetime.fromisoformat(entry["CreateDate"]).astimezone(UTC),
        updated_at=datetime.fromisoformat(entry["UpdateDate"]).astimezone(UTC),
    )


def _ordered(document: Mapping[str, Any]) -> dict[str, Any]:
    """*document* with its elements, and those of its statements, in the order of AWS."""
    statements = document["Statement"]
    if isinstance(statements, list):
        statements = [_sorted_elements(statement) for statement in statements]
    return _sorted_elements({**document, "Statement": statements})


def _sorted_elements(elements: Mapping[str, Any]) -> dict[str, Any]:
    return {name: elements[name] for name in sorted(elements, key=ORDER.index)}


def _id(path_and_name: str) -> str:
    digest = base64.b32encode(hashlib.sha256(path_and_name.encode()).digest()).decode()
    return ID_PREFIX + digest[: UNIQUE_ID_LENGTH - len(ID_PREFIX)]
