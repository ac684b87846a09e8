"""The `doorward account` commands, run as a person runs them, over a dump."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from analysis.account import dumps
from doorward.cli.main import run


class Told(NamedTuple):
    """What a command printed, and its status."""

    status: int
    text: str
    errors: str

    @property
    def document(self) -> Any:
        return json.loads(self.text)


Ask = Callable[..., Told]


@pytest.fixture
def ask(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Ask:
    def asked(dumped: Mapping[str, Any] | str, *arguments: str) -> Told:
        file = tmp_path / "dump.json"
        file.write_text(dumped if isinstance(dumped, str) else json.dumps(dumped))
        status = run(["account", *arguments, "--file", str(file)])
        printed = capsys.readouterr()
        return Told(status, printed.out, printed.err)

    return asked


@pytest.fixture
def account() -> Mapping[str, Any]:
    """A small account: alice may assume a role of administrators, bob reads reports."""
    reading = dumps.allow("s3:GetObject", "arn:aws:s3:::reports/*")
    mfa = {"Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}}}
    site = {**reading, "Principal": "*"}
    partner = {**reading, "Principal": {"AWS": "444455556666"}}
    return dumps.details(
        [
            dumps.user("alice", dumps.allow("sts:AssumeRole", **mfa)),
            dumps.user("bob", reading),
        ],
        [dumps.role("admin", dumps.trusts({"AWS": dumps.arn("root")}), dumps.allow("*"))],
        Resources=[
            {"Arn": "arn:aws:s3:::site", "Policy": dumps.document(site)},
            {"Arn": "arn:aws:s3:::reports", "Policy": dumps.document(partner)},
        ],
    )
