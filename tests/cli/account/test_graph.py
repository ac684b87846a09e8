"""`doorward account graph`: a picture that filters, and exports that other programs read."""

import re
from base64 import b64encode
from collections.abc import Mapping
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from analysis.account import dumps
from analysis.account.dumps import arn

Account = Mapping[str, Any]
GRAPHML = "{http://graphml.graphdrawing.org/xmlns}"
SVG = "{http://www.w3.org/2000/svg}"
EVIL = "arn:aws:s3:::<script>alert(1)</script>"


@pytest.fixture
def evil(account: Account) -> Account:
    """The account, with a resource whose name is markup."""
    statement = {**dumps.allow("s3:GetObject", "*"), "Principal": "*"}
    held = {"Arn": EVIL, "Policy": dumps.document(statement)}
    return {**account, "Resources": [*account["Resources"], held]}


def edges(told: Any) -> set[tuple[str, str, str]]:
    return {(one["source"], one["relation"], one["target"]) for one in told.document["edges"]}


def test_the_graph_says_who_may_assume_and_who_is_let_in(ask: Any, account: Account) -> None:
    told = ask(account, "graph", "--format", "json")

    assert edges(told) == {
        (arn("user/alice"), "assumes", arn("role/admin")),
        ("anybody", "reaches", "arn:aws:s3:::site"),
        ("444455556666", "reaches", "arn:aws:s3:::reports"),
    }


def test_groups_services_and_ways_upwards_are_in_the_graph(ask: Any) -> None:
    passing = dumps.allow(["iam:PassRole", "ec2:RunInstances", "iam:PutGroupPolicy"])
    trust = dumps.trusts({"Service": "ec2.amazonaws.com"})
    dumped = dumps.details(
        [dumps.user("alice", passing, groups=["staff"])],
        [dumps.role("site", trust, dumps.allow("*"))],
        [dumps.group("staff")],
    )

    told = ask(dumped, "graph", "--format", "json")

    assert edges(told) == {
        (arn("user/alice"), "member", arn("group/staff")),
        ("ec2.amazonaws.com", "trusts", arn("role/site")),
        (arn("user/alice"), "escalates", arn("role/site")),
        (arn("user/alice"), "escalates", arn("group/staff")),
    }


def test_a_graph_around_a_principal_has_only_what_is_next_to_it(ask: Any, account: Account) -> None:
    told = ask(account, "graph", "--principal", "alice", "--format", "json")

    assert [one["id"] for one in told.document["nodes"]] == [arn("user/alice"), arn("role/admin")]


def test_svg_is_xml_with_every_node_and_edge(ask: Any, evil: Account) -> None:
    told = ask(evil, "graph", "--format", "svg")
    root = ET.fromstring(told.text)  # noqa: S314 - our own text

    assert len(root.findall(f"{SVG}g")) == 8
    assert len(root.findall(f"{SVG}path")) == 4
    assert EVIL in {one.get("data-id") for one in root.iter(f"{SVG}g")}


def test_graphml_is_xml_whose_edges_join_its_nodes(ask: Any, evil: Account) -> None:
    root = ET.fromstring(ask(evil, "graph", "--format", "graphml").text)  # noqa: S314 - our own text
    nodes = {one.get("id") for one in root.iter(f"{GRAPHML}node")}
    joined = [(one.get("source"), one.get("target")) for one in root.iter(f"{GRAPHML}edge")]

    assert EVIL in nodes
    assert joined
    assert all(source in nodes and target in nodes for source, target in joined)


def test_mermaid_has_no_markup_of_names(ask: Any, evil: Account) -> None:
    lines = ask(evil, "graph", "--format", "mermaid").text.splitlines()

    assert lines[0] == "flowchart LR"
    assert any(line.endswith("-->|may assume| n1") or "-->|may assume|" in line for line in lines)
    assert not any("<" in line for line in lines)


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def test_the_page_runs_its_own_script_alone_and_loads_nothing(ask: Any, evil: Account) -> None:
    text = ask(evil, "graph").text
    page = _Page()
    page.feed(text)

    scripts = [attributes for tag, attributes in page.tags if tag == "script"]
    assert scripts == [{}]
    script = text.partition("<script>")[2].partition("</script>")[0]
    digest = b64encode(sha256(script.encode()).digest()).decode()
    (policy,) = (one["content"] for tag, one in page.tags if "http-equiv" in one)
    assert policy is not None
    assert f"script-src 'sha256-{digest}'" in policy
    assert "default-src 'none'" in policy
    assert not any("src" in one or "href" in one for _, one in page.tags)
    assert not re.search(r"url\((?!#)", text)


def test_the_page_is_written_to_a_file(ask: Any, account: Account, tmp_path: Path) -> None:
    output = tmp_path / "graph.html"

    told = ask(account, "graph", "--output", str(output))

    assert (told.status, told.text) == (0, "")
    assert output.read_text().startswith("<!doctype html>")


def test_a_file_that_cannot_be_written_is_told(ask: Any, account: Account, tmp_path: Path) -> None:
    told = ask(account, "graph", "--output", str(tmp_path))

    assert told.status == 2
    assert "cannot be written" in told.errors
