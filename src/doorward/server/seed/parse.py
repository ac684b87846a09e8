"""Reading a seed file: everything is checked here, so that applying it cannot go wrong half-way."""

import hashlib
import re
from collections.abc import Iterable
from pathlib import Path

from doorward.base.errors import BadInput
from doorward.policy.grammar import PolicyType
from doorward.server.seed import identities, identity_center, values
from doorward.server.seed.model import (
    Document,
    Key,
    Seed,
    SeedAccount,
    SeedBucket,
    SeedOrganization,
    SeedUnit,
)
from doorward.server.seed.nodes import Node, load, suggestion
from doorward.services.s3 import bucket_names
from doorward.store.organizations import DEEPEST

ACCOUNT = ("alias", "root", "policies", "groups", "users", "roles", "buckets")
BUCKET = ("policy", "public_access_block", "tags", "objects")
BLOCKS = (
    "BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets",
)  # fmt: skip
ORGANIZATION = (
    "management", "units", "policies", "full_aws_access", "service_control_policies",
    "resource_control_policies", "account_policies",
)  # fmt: skip
# https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateAccountAlias.html
ALIAS = re.compile(r"(?!.*--)[a-z0-9][a-z0-9-]{1,61}[a-z0-9]")
LONGEST_OBJECT_KEY_BYTES = 1_024


def read(path: Path, *, partition: str = "aws") -> Seed:
    """The seed in the file at *path*.

    Raises:
        BadInput: it cannot be read or is wrong; the message names line, path and what was
            expected.
    """
    root = load(path)
    known = ("accounts", "organization", "identity_center")
    fields = root.fields(known, required=("accounts",))
    accounts = tuple(_account(text, one, partition) for text, one in fields["accounts"].items())
    _once(key for account in accounts for key in _keys(account))
    _once((bucket.name, bucket.where) for account in accounts for bucket in account.buckets)
    _once((account.alias, account.where) for account in accounts if account.alias)
    digest = hashlib.sha256(path.read_bytes()).digest()
    found = values.optional(fields, "organization", _organization)
    center = values.optional(fields, "identity_center", identity_center.read)
    return Seed(str(path), digest, accounts, found, center)


def _account(text: str, node: Node, partition: str) -> SeedAccount:
    account = values.account(node, text)
    fields = node.fields(ACCOUNT)
    policies = identities.policies(fields.get("policies"))
    scope = identities.scope(account, partition, policies, fields.get("groups"))
    buckets = fields.get("buckets")
    return SeedAccount(
        id=account,
        where=node.where,
        alias=values.optional(fields, "alias", _alias),
        root=values.optional(fields, "root", _root),
        policies=policies,
        groups=identities.groups(fields.get("groups"), scope),
        users=identities.users(fields.get("users"), scope),
        roles=identities.roles(fields.get("roles"), scope),
        buckets=tuple(_bucket(name, one) for name, one in (buckets.items() if buckets else ())),
    )


def _alias(node: Node) -> str:
    text = node.text()
    if not ALIAS.fullmatch(text):
        raise node.wrong(f"`{text}` is not an alias", "write 3 to 63 of `a-z`, `0-9` and `-`")
    return text


def _root(node: Node) -> Key:
    names = ("access_key_id", "secret_access_key")
    fields = node.fields(names, required=names)
    return Key(
        values.text(fields, names[0], values.KEY_ID, "an access key id"),
        values.text(fields, names[1], values.SECRET, "a secret access key"),
        node.where,
    )


def _bucket(name: str, node: Node) -> SeedBucket:
    if not bucket_names.is_valid(name):
        problem = f"`{name[:80]}` is not a bucket name"
        raise node.wrong(problem, "write 3 to 63 of `a-z`, `0-9`, `.` and `-`")
    fields = node.fields(BUCKET)
    return SeedBucket(
        name=name,
        where=node.where,
        policy=values.optional(
            fields, "policy", lambda one: values.document(one, PolicyType.RESOURCE)
        ),
        public_access_block=values.optional(fields, "public_access_block", _blocks),
        tags=values.tags(fields),
        objects=values.optional(fields, "objects", _objects) or {},
    )


def _blocks(node: Node) -> dict[str, bool]:
    found = {name: one.flag() for name, one in node.fields(BLOCKS).items()}
    return {name: found.get(name, False) for name in BLOCKS}


def _objects(node: Node) -> dict[str, str]:
    found = {}
    for key, one in node.items():
        if not 1 <= len(key.encode()) <= LONGEST_OBJECT_KEY_BYTES:
            raise one.wrong("has a key that is not 1 to 1024 bytes long")
        found[key] = "" if one.empty else one.text()
    return found


def _organization(node: Node) -> SeedOrganization:
    fields = node.fields(ORGANIZATION, required=("management",))
    controls = _documents(fields.get("service_control_policies"), PolicyType.SCP)
    resources = _documents(fields.get("resource_control_policies"), PolicyType.RCP)
    known = {*controls, *resources}
    for one in controls.keys() & resources.keys():
        raise fields["resource_control_policies"].wrong(
            f"`{one}` is the name of a service control policy too", "choose another name"
        )
    management = fields["management"]
    attached = fields.get("account_policies")
    root = _unit(node, "Root", {name: fields[name] for name in fields if name != "accounts"}, known)
    organization = SeedOrganization(
        management=values.account(management, management.text()),
        root=root,
        service_control_policies=controls,
        resource_control_policies=resources,
        account_policies={
            values.account(one, account): tuple(_attached(entry, known) for entry in one.entries())
            for account, one in (attached.items() if attached else ())
        },
    )
    placed = [organization.management, *_members(root)]
    if len(set(placed)) < len(placed):
        raise node.wrong("has an account in two places", "name each account in one unit")
    for account in organization.account_policies.keys() - set(placed):
        raise node.wrong(f"attaches policies to account {account}, which is in no unit")
    return organization


def _unit(node: Node, name: str, fields: dict[str, Node], known: Iterable[str]) -> SeedUnit:
    full = values.optional(fields, "full_aws_access", Node.flag)
    units = fields.get("units")
    inner = [_named_unit(one, known) for one in (units.entries() if units else ())]
    if len({unit.name for unit in inner}) < len(inner):
        raise node.wrong("has two units of one name", "units beside each other differ in name")
    return SeedUnit(
        name=name,
        accounts=values.listed(fields, "accounts", lambda one: values.account(one, one.text())),
        policies=values.listed(fields, "policies", lambda one: _attached(one, known)),
        units=tuple(inner),
        full_access=full is not False,
    )


def _named_unit(node: Node, known: Iterable[str]) -> SeedUnit:
    allowed = ("name", "accounts", "policies", "units", "full_aws_access")
    fields = node.fields(allowed, required=("name",))
    unit = _unit(node, fields["name"].text(), fields, known)
    if _depth(unit) > DEEPEST:
        raise node.wrong(f"holds units deeper than AWS's {DEEPEST} levels")
    return unit


def _depth(unit: SeedUnit) -> int:
    return 1 + max((_depth(one) for one in unit.units), default=0)


def _members(unit: SeedUnit) -> list[str]:
    return [*unit.accounts, *(account for one in unit.units for account in _members(one))]


def _attached(node: Node, known: Iterable[str]) -> str:
    name = node.text()
    if name not in known:
        problem = f"`{name}` is not a policy of the organization in this file"
        raise node.wrong(problem, suggestion(name, known))
    return name


def _documents(node: Node | None, kind: PolicyType) -> dict[str, Document]:
    return {name: values.document(one, kind) for name, one in (node.items() if node else ())}


def _keys(account: SeedAccount) -> Iterable[tuple[str, str]]:
    """Ids of access keys with their places."""
    if account.root:
        yield account.root.id, account.root.where
    for user in account.users:
        yield from ((key.id, key.where) for key in user.access_keys)


def _once(found: Iterable[tuple[str, str]]) -> None:
    """Refuse what must be there once in all accounts together."""
    seen: dict[str, str] = {}
    for name, where in found:
        if name in seen:
            problem = f"`{name}` is there already: {seen[name]}"
            raise BadInput(where, problem, "it must differ in all accounts")
        seen[name] = where
