"""The schema of case files: the page, the checker and validators of the standard agree on it."""

import json
from pathlib import Path

import jsonschema
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from doorward.authz.cases.check import problems
from doorward.authz.cases.load import load
from doorward.authz.cases.read import Unusable, read
from doorward.authz.cases.render import render
from doorward.authz.cases.schema import KINDS, SCHEMA
from doorward.authz.cases.verdict import judge
from doorward.engine.decision import Outcome, PolicyKind

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "reference" / "cases.schema.json"
FILES = sorted((ROOT / "tests" / "cases").glob("*.yaml"))
VALIDATOR = jsonschema.Draft202012Validator(dict(SCHEMA))

DOCUMENT = {"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
EVERYTHING = {
    "name": "all members",
    "source": "https://docs.aws.amazon.com/",
    "principal": {"arn": "arn:aws:sts::123456789012:assumed-role/app/s1", "id": "AROAX"},
    "action": "s3:GetObject",
    "resource": "arn:aws:s3:::reports/q1",
    "resource_account": "123456789012",
    "context": {"aws:TagKeys": ["a", "b"], "aws:SecureTransport": True, "s3:max-keys": 10},
    "identity": ["policies/read.json", DOCUMENT, {"document": DOCUMENT, "name": "x"}],
    "resource_policy": {"file": "template.yaml", "at": "/Policy", "arn": "arn:aws:x"},
    "boundary": DOCUMENT,
    "session": [DOCUMENT],
    "endpoint": "policies/endpoint.json",
    "scps": [[DOCUMENT], []],
    "rcps": [["policies/rcp.json"]],
    "restrict_public_buckets": False,
    "outcome": "implicitDeny",
    "decided_by": None,
    "blocked_by": ["scp", "public-access-block"],
    "statements": ["Sid", {"policy": "x", "sid": "y"}, {"policy": "x", "statement": 1}],
}
ODD = [
    None, True, 5, 0, -1, 1.5, "", "x", "s3:*", "allowed", "arn:aws:s3:::b", "*", "123456789012",
    [], {}, ["x"], [[]], [["x"]], {"Statement": []}, {"file": "x"}, {"document": DOCUMENT},
    {"x": "y"}, {"policy": "x"}, {"arn": "x"}, [DOCUMENT], ["identity"], {"a": ["b", True]},
]  # fmt: skip
ALIASES = (yaml.AnchorToken, yaml.AliasToken, yaml.TagToken)


def refused(data):
    """Whether the checker of the product finds fault with *data*."""
    return next(problems(load(json.dumps(data), "one.json")), None) is not None


def own(data):
    """A copy that shares nothing."""
    return json.loads(json.dumps(data))


def places(data, path=()):
    """The paths of all values inside of *data*."""
    inner = data.items() if isinstance(data, dict) else enumerate(data)
    for key, value in inner:
        yield (*path, key)
        if isinstance(value, dict | list):
            yield from places(value, (*path, key))


@st.composite
def bent(draw):
    """A file with every member, in which one or two values are others, missing or new."""
    data = own(draw(st.sampled_from([[EVERYTHING], {"cases": [EVERYTHING]}])))
    if isinstance(data, dict) and draw(st.booleans()):
        data["defaults"] = own({key: EVERYTHING[key] for key in ("principal", "scps")})
    for _ in range(draw(st.integers(1, 2))):
        if not (found := list(places(data))):
            break
        *above, last = draw(st.sampled_from(found))
        holder = data
        for key in above:
            holder = holder[key]
        match draw(st.sampled_from(["other", "gone", "new"])):
            case "gone":
                del holder[last]
            case "new" if isinstance(holder, dict):
                holder[draw(st.sampled_from(["nam", "Statement", "file", "x"]))] = own(
                    draw(st.sampled_from(ODD))
                )
            case _:
                holder[last] = own(draw(st.sampled_from(ODD)))
    return data


def test_the_page_is_the_schema():
    assert json.loads(PAGE.read_text()) == dict(SCHEMA), (
        "run `doorward test --schema > docs/reference/cases.schema.json`"
    )


def test_the_schema_is_one():
    jsonschema.Draft202012Validator.check_schema(dict(SCHEMA))


def test_a_case_with_every_member_fits():
    assert EVERYTHING.keys() | {"trust"} == SCHEMA["$defs"]["case"]["properties"].keys()
    assert VALIDATOR.is_valid([EVERYTHING])
    assert not refused([EVERYTHING])


def test_the_words_of_the_engine_are_those_of_the_schema():
    assert set(KINDS) == set(PolicyKind)
    assert set(Outcome) < set(SCHEMA["$defs"]["outcome"]["enum"])


@pytest.mark.parametrize("file", FILES, ids=[file.name for file in FILES])
def test_the_projects_own_files_fit_and_every_reader_of_yaml_reads_them_alike(file):
    text = file.read_text("utf-8")

    data = yaml.safe_load(text)
    rendered, _ = render(load(text, file.name))

    assert list(VALIDATOR.iter_errors(data)) == []
    assert json.loads(rendered) == data
    assert not any(isinstance(token, ALIASES) for token in yaml.scan(text))


@settings(max_examples=300)
@given(data=bent())
def test_the_checker_and_a_validator_of_the_standard_agree(data):
    assert refused(data) == (not VALIDATOR.is_valid(data))


def everywhere_the_same(path, file):
    if path == "none":
        raise FileNotFoundError(path)
    return json.dumps({"Policy": DOCUMENT, **DOCUMENT}), path


def tried(text, file):
    """The cases of a file, or what is wrong with it."""
    try:
        return read(text, file, everywhere_the_same), []
    except Unusable as error:
        return [], error.problems


@given(data=bent())
def test_whatever_a_file_has_in_it_is_decided_or_refused(data):
    cases, faults = tried(json.dumps(data), "one.json")

    assert all(judge(case).decision for case in cases)
    assert all(fault.where and fault.problem for fault in faults)
    assert not (cases and faults)


@given(text=st.text(alphabet=st.sampled_from("- :[]{}'\"#&*!|>?\n\tax0\u20ac\x00"), max_size=60))
def test_whatever_text_is_read_or_refused(text):
    for file in ("one.yaml", "one.json"):
        cases, faults = tried(text, file)

        assert not cases
        assert all(fault.problem for fault in faults)
