"""A report from a dump: HTML that hostile names cannot leave, CSV that no spreadsheet runs."""

import csv
import io
import json
import shlex
from html.parser import HTMLParser
from pathlib import Path

import pytest

from analysis.account.made import ACCOUNT, ALLOW, report_of, role, row, user
from doorward.cli import main

HOSTILE = "</style></code><script>alert('1')</script><img src=x onerror=\"alert(2)\">&\x00\x1b[31m"
VOID = {"meta", "rect"}
EVERYTHING = json.loads(json.dumps(ALLOW).replace("s3:GetObject", "*"))


class Page(HTMLParser):
    """What a browser makes of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str | None]] = []
        self.ids: list[str] = []
        self.words: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes += attrs
        self.ids += [value for name, value in attrs if name == "id"]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes += attrs

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.words.append(data)


@pytest.fixture
def dump(tmp_path: Path):
    """Flags that name files with these texts."""

    def make(*texts: object) -> list[str]:
        flags = []
        for number, text in enumerate(texts):
            path = tmp_path / f"{number}.dump"
            path.write_text(text if isinstance(text, str) else json.dumps(text))
            flags += ["--file", str(path)]
        return flags

    return make


def report(capsys, *flags: str, status: int = 0) -> str:
    assert main.run(["account", "report", *flags]) == status
    return capsys.readouterr().out


def everything(name: str, policy: str = "all") -> dict[str, object]:
    written = {"PolicyName": policy, "PolicyDocument": EVERYTHING}
    return {"UserDetailList": [user(name, UserPolicyList=[written])]}


def test_a_hostile_name_stays_text_on_the_page(capsys, dump):
    written = report(capsys, *dump(everything(HOSTILE, HOSTILE)))

    page = Page(written)
    assert page.open == []
    assert not page.tags & {"script", "img", "iframe", "object", "link"}
    assert not [name for name, _ in page.attributes if name.startswith("on")]
    assert "<script>alert('1')</script>" in "".join(page.words)
    assert not set(written) & {"\x00", "\x1b"}


def test_the_page_loads_nothing_and_says_so(capsys, dump):
    written = report(capsys, *dump(everything("alice"), report_of(row("alice"))))

    page = Page(written)
    assert not [one for one in page.attributes if one[0] in {"src", "srcset", "data", "action"}]
    assert all(value.startswith("#") for name, value in page.attributes if name == "href")
    assert "url(" not in written
    assert "@import" not in written
    assert "default-src 'none'" in written


def test_each_plot_has_a_name_and_its_numbers_in_words(capsys, dump):
    aged = row(
        "bob",
        access_key_1_active="true",
        access_key_1_last_rotated="2020-01-01T00:00:00Z",
        password_enabled="true",
    )
    roles = {"RoleDetailList": [role(RoleLastUsed={})]}
    written = report(capsys, *dump(roles, report_of(aged)))

    page = Page(written)
    drawn = written.count("<svg")
    assert drawn == 4
    assert page.attributes.count(("role", "img")) == drawn
    named = [value for name, value in page.attributes if name == "aria-labelledby"]
    assert {one for names in named for one in names.split()} <= set(page.ids)
    assert len(page.ids) == len(set(page.ids))
    assert "Password and MFA: 0, Password alone: 1, No password: 0" in page.words
    assert any(one.endswith("Over 360 days: 1") for one in page.words)


def test_an_account_without_findings_says_so(capsys, dump):
    assert "Nothing was found." in report(capsys, *dump({"UserDetailList": [user()]}))


FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "\n=1"]


@pytest.mark.parametrize("name", FORMULAS)
def test_no_cell_of_the_csv_is_a_formula(capsys, dump, name):
    written = {"PolicyName": "p", "PolicyDocument": EVERYTHING}
    group = {
        "GroupName": "g",
        "Arn": f"arn:aws:iam::{ACCOUNT}:group/g",
        "GroupPolicyList": [written],
    }
    denied = {"UserDetailList": [user("alice")], "GroupDetailList": [group]}
    record = {
        "eventTime": "2999-01-01T00:00:00Z",
        "eventSource": "s3.amazonaws.com",
        "eventName": "GetObject",
        "eventID": "1",
        "awsRegion": "us-east-1",
        "errorCode": "AccessDenied",
        "errorMessage": "with an explicit deny in a service control policy",
        "recipientAccountId": ACCOUNT,
        "userIdentity": {"type": "IAMUser", "arn": name, "accountId": ACCOUNT},
    }
    flags = dump(denied)
    trail = Path(flags[1]).with_name("events.json")
    trail.write_text(json.dumps({"Records": [record]}))

    text = report(capsys, *flags, "--trail", str(trail), "--format", "csv")

    _, *rows = csv.reader(io.StringIO(text, newline=""))
    assert [line[3] for line in rows] == [f"arn:aws:iam::{ACCOUNT}:group/g", f"'{name}"]


def test_commands_quote_what_a_shell_would_read(capsys, dump):
    name = "a; rm -rf $HOME `id`"

    made = json.loads(report(capsys, *dump(everything(name)), "--format", "json"))

    first = made["findings"][0]["commands"][0]
    assert shlex.split(first)[4] == name


def test_json_and_csv_say_the_same(capsys, dump):
    flags = dump(everything("alice"), report_of(row("alice", password_enabled="true")))

    found = json.loads(report(capsys, *flags, "--format", "json"))
    lines = list(csv.DictReader(io.StringIO(report(capsys, *flags, "--format", "csv"))))

    assert [(one["check"], one["about"]) for one in found["findings"]] == [
        (one["check"], one["about"]) for one in lines
    ]
    assert found["summary"] == {"critical": 0, "high": 2, "medium": 1, "low": 0}
    assert any("no events" in one for one in found["notTold"])


FAILING = [
    # --fail-on   status
    (None,        0),
    ("critical",  0),
    ("high",      3),
    ("medium",    3),
    ("low",       3),
]  # fmt: skip


@pytest.mark.parametrize(("level", "status"), FAILING)
def test_it_fails_where_a_finding_is_as_grave_as_asked(capsys, dump, level, status):
    flags = ["--fail-on", level] if level else []

    report(capsys, *dump(everything("alice")), *flags, status=status)


def test_the_report_is_written_where_it_is_asked_for(capsys, dump, tmp_path):
    file = tmp_path / "report.html"

    assert report(capsys, *dump(everything("alice")), "--output", str(file)) == ""

    assert file.read_text().startswith("<!doctype html>")


def test_a_file_that_cannot_be_used_or_written_is_named(capsys, dump, tmp_path):
    flags = dump('{"UserDetailList": [')

    assert main.run(["account", "report", *flags]) == 2
    assert "0.dump:1:21: the JSON is cut short" in capsys.readouterr().err

    gone = str(tmp_path / "none" / "report.html")
    assert main.run(["account", "report", *dump(everything("alice")), "--output", gone]) == 2
    assert "cannot be written" in capsys.readouterr().err
