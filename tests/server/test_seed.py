"""`--seed FILE.yaml`: the whole file becomes a world, or a message that points at what is wrong."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from textwrap import dedent

import pytest

from doorward.authn import password
from doorward.base.errors import BadInput
from doorward.base.ids import RandomIds
from doorward.server import seed
from doorward.server.seed import Seed, Tools
from doorward.store import (
    accounts,
    buckets,
    groups,
    login_profiles,
    objects,
    organizations,
    roles,
    users,
)
from doorward.store.database import Database
from doorward.store.files import Files
from doorward.store.live import Live
from doorward.store.secrets import Secrets

MAIN, PROD = "123456789012", "222222222222"
NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)

WHOLE = """
accounts:
  "123456789012":
    alias: main
    root: {access_key_id: testing, secret_access_key: testing}
    policies:
      ReadReports:
        path: /reports/
        document:
          Version: 2012-10-17
          Statement: [{Effect: Allow, Action: "s3:GetObject", Resource: "arn:aws:s3:::reports/*"}]
    groups:
      readers: {policies: [ReadReports], inline: {}}
    users:
      alice:
        path: /staff/
        groups: [readers]
        policies: ["arn:aws:iam::aws:policy/AdministratorAccess"]
        inline:
          own: '{"Version":"2012-10-17","Statement":{"Effect":"Deny","Action":"*","Resource":"*"}}'
        boundary: ReadReports
        tags: {team: red, cost: 123}
        password: correct horse
        access_keys: [{id: AKIAALICE, secret: alice/secret}, {id: old, secret: s, active: false}]
    roles:
      auditor:
        trust:
          Version: "2012-10-17"
          Statement:
            Effect: Allow
            Principal: {AWS: "arn:aws:iam::123456789012:user/staff/alice"}
            Action: sts:AssumeRole
        policies: [ReadReports]
        max_session_duration: 7200
        tags: {}
    buckets:
      reports:
        policy:
          Version: "2012-10-17"
          Statement:
            Effect: Allow
            Principal: {AWS: "arn:aws:iam::123456789012:role/auditor"}
            Action: s3:GetObject
            Resource: arn:aws:s3:::reports/*
        public_access_block: {BlockPublicPolicy: true}
        tags: {kind: report}
        objects: {2026/q1.txt: "text", empty: }
organization:
  management: "123456789012"
  units:
    - name: prod
      accounts: ["222222222222"]
      policies: [deny-regions]
      units: []
  service_control_policies:
    deny-regions:
      Version: "2012-10-17"
      Statement: {Effect: Deny, Action: "*", Resource: "*"}
"""


@pytest.fixture
def database() -> Iterator[Database]:
    database = Database.open()
    yield database
    database.close()


@pytest.fixture
def tools(tmp_path: Path) -> Tools:
    return Tools(Secrets(bytes(32)), Files(tmp_path / "files", durable=False), RandomIds(), NOW)


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "seed.yaml"
    path.write_text(dedent(text))
    return path


def apply(database: Database, found: Seed, tools: Tools) -> bool:
    return database.write(lambda db: seed.apply(db, found, tools))


@pytest.fixture
def applied(tmp_path: Path, database: Database, tools: Tools) -> Database:
    apply(database, seed.read(written(tmp_path, WHOLE)), tools)
    return database


def test_users_groups_and_policies_apply_together(applied: Database, tools: Tools) -> None:
    live = Live(applied, tools.secrets)
    with applied.read() as db:
        row = users.find(db, MAIN, "alice")
    assert row is not None
    alice = live.user(MAIN, row.id)

    assert alice is not None
    assert alice.arn == "arn:aws:iam::123456789012:user/staff/alice"
    assert {policy.name for policy in alice.identity.policies} == {
        "own",
        "AdministratorAccess",
        "ReadReports",
    }
    assert alice.boundary is not None
    assert [policy.arn for policy in alice.boundary.policies] == [
        "arn:aws:iam::123456789012:policy/reports/ReadReports"
    ]
    assert alice.tags == {"cost": "123", "team": "red"}


def test_keys_and_secrets_are_taken_as_given(applied: Database, tools: Tools) -> None:
    live = Live(applied, tools.secrets)
    found = [live.find_key(name) for name in ("testing", "AKIAALICE", "old")]

    assert [(key.secret, key.user_name, key.active) for key in found if key] == [
        ("testing", None, True),
        ("alice/secret", "alice", True),
        ("s", "alice", False),
    ]


def test_the_password_of_a_user_is_kept_as_a_hash(applied: Database) -> None:
    with applied.read() as db:
        user = users.find(db, MAIN, "alice")
        assert user is not None
        profile = login_profiles.find(db, MAIN, user.id)

    assert profile is not None
    assert password.verify(profile.password_hash, "correct horse")


def test_trust_and_bucket_policies_are_bound_to_unique_ids(applied: Database) -> None:
    with applied.read() as db:
        user, role = users.find(db, MAIN, "alice"), roles.find(db, MAIN, "auditor")
        bucket = buckets.find(db, "reports")

    assert user is not None
    assert role is not None
    assert bucket is not None
    assert f'"AWS":"{user.id}"' in role.trust
    assert bucket.policy is not None
    assert f'"AWS":"{role.id}"' in bucket.policy
    assert role.max_session_duration == 7200


def test_buckets_have_their_objects_and_settings(applied: Database, tools: Tools) -> None:
    with applied.read() as db:
        bucket = buckets.find(db, "reports")
        found = {key: objects.newest(db, "reports", key) for key in ("2026/q1.txt", "empty")}

    assert bucket is not None
    assert bucket.tags == {"kind": "report"}
    assert bucket.public_access_block == {
        "BlockPublicAcls": False,
        "IgnorePublicAcls": False,
        "BlockPublicPolicy": True,
        "RestrictPublicBuckets": False,
    }
    assert {
        key: one and (tools.files.path(one.file).read_bytes(), one.etag)
        for key, one in found.items()
    } == {
        "2026/q1.txt": (b"text", "1cb251ec0d568de6a929b520c4aed8d1"),
        "empty": (b"", "d41d8cd98f00b204e9800998ecf8427e"),
    }


def test_the_organization_limits_its_members(applied: Database, tools: Tools) -> None:
    live = Live(applied, tools.secrets)
    member, management = live.membership(PROD), live.membership(MAIN)

    assert member is not None
    assert member.scps is not None
    assert [sorted(policy.name for policy in level.policies) for level in member.scps] == [
        ["FullAWSAccess"],
        ["FullAWSAccess", "deny-regions"],
        ["FullAWSAccess"],
    ]
    assert member.management_account == MAIN
    assert management is not None
    assert management.scps is None
    with applied.read() as db:
        assert accounts.find(db, PROD) is not None
        assert organizations.find_account(db, MAIN) is not None


def test_ids_of_an_organization_have_awss_shape(applied: Database) -> None:
    with applied.read() as db:
        place = organizations.place(db, PROD)

    assert place is not None
    root, unit, account = place.targets
    assert len(place.organization.id) == 12
    assert (len(root), root[:2], account) == (6, "r-", PROD)
    assert unit.startswith(f"ou-{root[2:]}-")


def test_the_same_file_is_applied_once(tmp_path: Path, applied: Database, tools: Tools) -> None:
    assert not apply(applied, seed.read(written(tmp_path, WHOLE)), tools)


def test_a_changed_file_is_refused_where_it_meets_what_is_there(
    tmp_path: Path, applied: Database, tools: Tools
) -> None:
    with pytest.raises(BadInput, match="policy `ReadReports` is in the database already"):
        apply(applied, seed.read(written(tmp_path, WHOLE + "\n# changed\n")), tools)


def test_a_refused_seed_leaves_nothing_behind(
    tmp_path: Path, database: Database, tools: Tools
) -> None:
    path = written(tmp_path, WHOLE.replace("user/staff/alice", "user/staff/bob"))
    with pytest.raises(BadInput) as refused:
        apply(database, seed.read(path), tools)
    with database.read() as db:
        left = accounts.every(db)

    assert "`arn:aws:iam::123456789012:user/staff/bob`" in refused.value.problem
    assert "accounts.123456789012.roles.auditor.trust" in refused.value.where
    assert left == []


def test_names_are_found_whatever_the_order_of_the_file(
    tmp_path: Path, database: Database, tools: Tools
) -> None:
    text = """
        accounts:
          "111111111111":
            roles:
              other:
                trust:
                  Version: "2012-10-17"
                  Statement:
                    Effect: Allow
                    Principal: {AWS: "arn:aws:iam::222222222222:user/bob"}
                    Action: sts:AssumeRole
          "222222222222":
            users: {bob: {groups: [all]}}
            groups: {all: }
    """
    apply(database, seed.read(written(tmp_path, text)), tools)
    with database.read() as db:
        bob, role = users.find(db, "222222222222", "bob"), roles.find(db, "111111111111", "other")
        assert bob is not None
        joined = groups.all_of_user(db, "222222222222", bob.id)

    assert role is not None
    assert bob.id in role.trust
    assert [group.name for group in joined] == ["all"]


def account(text: str) -> str:
    return 'accounts:\n  "123456789012":\n' + "\n".join(
        f"    {line}" for line in dedent(text).strip().splitlines()
    )


DOCUMENT = "{Version: '2012-10-17', Statement: {Effect: Allow, Action: 's3:*', Resource: '*'}}"

WRONG = [
    # file, line, path, what is said, how to mend it
    ("", None, "", "is empty", "accounts:"),
    ("accounts: ]", 1, "", "is not YAML", ""),
    ("users: {}", 1, "users", "`users` is not known here", "known are `accounts`"),
    ("acounts: {}", 1, "acounts", "`acounts` is not known here", "did you mean `accounts`?"),
    ("organization: {}", 1, "", "has no `accounts`", "add `accounts:`"),
    ("accounts: [1]", 1, "accounts", "is a list; a mapping", ""),
    ("accounts: {12: {}}", 1, "accounts.12", "`12` is not an account id", "12 digits"),
    ("accounts: !!python/object:os.system {}", 1, "accounts", "has the tag", ""),
    (
        account("users: {alice: {polices: []}}"),
        3,
        "accounts.123456789012.users.alice.polices",
        "`polices` is not known here",
        "did you mean `policies`?",
    ),
    (
        account("users:\n  alice: {}\n  alice: {}"),
        5,
        "accounts.123456789012.users.alice",
        "is there twice",
        "",
    ),
    (
        account("users:\n  alice: {}\n  Alice: {}"),
        5,
        "accounts.123456789012.users.Alice",
        "differs from `alice` in case only",
        "",
    ),
    (
        account(
            f"policies: {{Read: {{document: {DOCUMENT}}}}}\nusers:\n  alice: {{policies: [Reed]}}"
        ),
        5,
        "accounts.123456789012.users.alice.policies[0]",
        "`Reed` is not a policy",
        "did you mean `Read`?",
    ),
    (
        account('users: {alice: {policies: ["arn:aws:iam::aws:policy/NoSuchPolicy"]}}'),
        3,
        "accounts.123456789012.users.alice.policies[0]",
        "`arn:aws:iam::aws:policy/NoSuchPolicy` is not a policy",
        "",
    ),
    (
        account("users: {alice: {groups: [readers]}}"),
        3,
        "accounts.123456789012.users.alice.groups[0]",
        "`readers` is not a group",
        "",
    ),
    (
        account("users: {alice: {path: staff}}"),
        3,
        "accounts.123456789012.users.alice.path",
        "`staff` is not a path",
        "begin and end it with a slash",
    ),
    (
        account('users: {"al ice": {}}'),
        3,
        "accounts.123456789012.users.al ice",
        "`al ice` is not a name",
        "",
    ),
    (
        account("users: {alice: {access_keys: [{id: a, secret: b}, {id: c, secret: d}, {id: e}]}}"),
        3,
        "accounts.123456789012.users.alice.access_keys",
        "has 3 entries; AWS allows 2",
        "",
    ),
    (
        account("users: {alice: {access_keys: [{id: a}]}}"),
        3,
        "accounts.123456789012.users.alice.access_keys[0]",
        "has no `secret`",
        "",
    ),
    (
        account(
            "root: {access_key_id: a, secret_access_key: b}\nusers:\n  bob: {access_keys: [{id: a, secret: b}]}"
        ),
        5,
        "accounts.123456789012.users.bob.access_keys[0]",
        "`a` is there already",
        "",
    ),
    (
        account("users:\n  alice:\n    inline:\n      own: {Version: 1, Statement: []}"),
        6,
        "accounts.123456789012.users.alice.inline.own",
        "is refused as AWS would: ",
        "",
    ),
    (
        account("users: {alice: {inline: {own: [1]}}}"),
        3,
        "accounts.123456789012.users.alice.inline.own",
        "is a list; a policy document was expected",
        "",
    ),
    (
        account("roles: {auditor: {}}"),
        3,
        "accounts.123456789012.roles.auditor",
        "has no `trust`",
        "add `trust:`",
    ),
    (
        account("users: {alice: {tags: {Team: a, team: b}}}"),
        3,
        "accounts.123456789012.users.alice.tags",
        "differ in case only",
        "",
    ),
    (account("alias: -x"), 3, "accounts.123456789012.alias", "`-x` is not an alias", ""),
    (
        account("buckets: {Reports: {}}"),
        3,
        "accounts.123456789012.buckets.Reports",
        "`Reports` is not a bucket name",
        "",
    ),
    (
        account("buckets: {reports: {public_access_block: {BlockPublicAcls: 1}}}"),
        3,
        "accounts.123456789012.buckets.reports.public_access_block.BlockPublicAcls",
        "is `1`; `true` or `false` was expected",
        "",
    ),
    (
        "accounts: {}\norganization: {management: '123456789012', policies: [deny]}",
        2,
        "organization.policies[0]",
        "`deny` is not a policy of the organization",
        "",
    ),
    (
        "accounts: {}\norganization: {management: '123456789012', units: [{name: a, accounts: ['123456789012']}]}",
        2,
        "organization",
        "an account in two places",
        "",
    ),
]


@pytest.mark.parametrize(("text", "line", "path", "problem", "mend"), WRONG)
def test_a_wrong_file_names_line_path_and_what_was_expected(
    tmp_path: Path, text: str, line: int | None, path: str, problem: str, mend: str
) -> None:
    file = tmp_path / "seed.yaml"
    file.write_text(text)
    with pytest.raises(BadInput) as refused:
        seed.read(file)

    where = f"{file}, line {line}" if line else str(file)
    assert refused.value.where == (f"{where}, {path}" if path else where)
    assert problem in refused.value.problem
    assert mend in refused.value.help


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="cannot be read"):
        seed.read(tmp_path / "missing.yaml")


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "seed.yaml"
    file.write_bytes(b"\xff\xfe\x00accounts")

    with pytest.raises(BadInput, match="cannot be read as UTF-8"):
        seed.read(file)


def test_aliases_that_unfold_without_end_are_refused(tmp_path: Path) -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 9)]
    body = "\n".join(lines)
    text = (
        "accounts:\n  '123456789012':\n    users:\n      alice:\n        inline:\n          own:\n"
    )
    text += "\n".join(f"            {line}" for line in body.splitlines())

    with pytest.raises(BadInput, match="too deeply or too large"):
        seed.read(written(tmp_path, text))


def test_an_alias_of_itself_is_refused(tmp_path: Path) -> None:
    text = "accounts:\n  '123456789012':\n    users:\n      a: {inline: {own: &own {a: *own}}}\n"

    with pytest.raises(BadInput, match="too deeply or too large"):
        seed.read(written(tmp_path, text))


def test_secrets_are_not_repeated_by_an_error(tmp_path: Path) -> None:
    text = account('users: {alice: {access_keys: [{id: a, secret: "tab\\there"}]}}')
    with pytest.raises(BadInput) as refused:
        seed.read(written(tmp_path, text))

    assert "tab" not in str(refused.value)
    assert refused.value.problem == "is not a secret access key"
