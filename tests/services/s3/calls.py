"""Calls of S3 operations as the server makes them: finder, decision, preparation, handler."""

import importlib
import json
import pkgutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from doorward.authz.access import Access
from doorward.authz.explain import denial
from doorward.authz.subject import subject
from doorward.base.http import FileSlice
from doorward.server.body import MemoryBody
from doorward.services import s3 as package
from doorward.services.context import Context
from doorward.services.s3.service import s3
from doorward.store import users
from doorward.store.tables.user import User
from doorward.wire import model
from doorward.wire.serialize import Answer
from services.support import ACCOUNT, World

for _module in pkgutil.iter_modules(package.__path__):
    importlib.import_module(f"{package.__name__}.{_module.name}")

BUCKET = "reports"


def call(ctx: Context, operation: str, /, *, prepares: bool = True, **parameters: Any) -> Any:
    """The output of *operation*; *parameters* in wire casing. The bucket is `BUCKET` if not said.

    Raises:
        AccessDenied: the caller may not.
    """
    found = s3.operations[operation]
    if operation != "ListBuckets":
        parameters = {"Bucket": BUCKET} | parameters
    if isinstance(parameters.get("Body"), bytes):
        parameters["Body"] = MemoryBody(parameters["Body"])
    assert found.finder is not None
    wanted = found.finder(ctx, parameters)
    for access in [wanted] if isinstance(wanted, Access) else wanted:
        decision = ctx.authorize(access)
        if not decision.allowed:
            raise denial(decision, subject(ctx.world, ctx.caller, ctx.partition), access)
    if found.prepare and prepares:
        parameters = dict(found.prepare(ctx, parameters))
    answer = found.handler(ctx, **{model.snake(name): one for name, one in parameters.items()})
    return answer.output if isinstance(answer, Answer) else answer


def put(ctx: Context, key: str, data: bytes = b"", **parameters: Any) -> Any:
    return call(ctx, "PutObject", Key=key, Body=data, **parameters)


def read(output: Any) -> bytes:
    """The bytes that a GetObject answered."""
    part: FileSlice = output["Body"]
    data = Path(part.path).read_bytes()[part.offset : part.offset + part.length]
    assert len(data) == part.length == output["ContentLength"]
    return data


def get(ctx: Context, key: str, **parameters: Any) -> bytes:
    return read(call(ctx, "GetObject", Key=key, **parameters))


def keys(output: Any) -> list[str]:
    return [entry["Key"] for entry in output.get("Contents", ())]


def prefixes(output: Any) -> list[str]:
    return [entry["Prefix"] for entry in output.get("CommonPrefixes", ())]


def statement(**elements: Any) -> dict[str, Any]:
    """A statement that lets everyone read objects, but for what is said otherwise."""
    return {
        "Effect": "Allow",
        "Principal": "*",
        "Action": "s3:GetObject",
        "Resource": f"arn:aws:s3:::{BUCKET}/*",
    } | elements


def policy(*statements: dict[str, Any], **elements: Any) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)} | elements)


def put_policy(ctx: Context, *statements: dict[str, Any]) -> None:
    call(ctx, "PutBucketPolicy", Policy=policy(*statements))


def add_user(world: World, name: str, account: str = ACCOUNT, *allowed: dict[str, Any]) -> Context:
    """The context of a new user who may do what the statements *allowed* say."""
    root = world.root(account)
    made = User(root.ids.unique_id("AIDA"), account, name, name.lower(), "/", root.now)
    users.add(root.db, made)
    if allowed:
        from doorward.store import inline_policies

        inline_policies.put(root.db, account, made.id, "allowed", policy(*allowed))
    return world.user(made)


def files(world_folder: Path) -> Iterator[Path]:
    """The files that are kept."""
    return (path for path in (world_folder / "kept").glob("*/*/*") if path.is_file())
