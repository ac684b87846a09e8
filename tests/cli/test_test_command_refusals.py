"""`doorward test` with what cannot be used: where it is wrong, and how to mend it."""

import json

import pytest

from doorward.cli import main

READ = {
    "Version": "2012-10-17",
    "Statement": [{"Sid": "Read", "Effect": "Allow", "Action": "s3:Get*", "Resource": "*"}],
}
MINIMAL = {
    "name": "x",
    "principal": "arn:aws:iam::123456789012:user/alice",
    "action": "s3:GetObject",
    "resource": "arn:aws:s3:::reports/q1",
    "outcome": "denied",
}


@pytest.fixture
def folder(tmp_path, monkeypatch):
    tmp_path.joinpath("policies").mkdir()
    tmp_path.joinpath("policies", "read.json").write_text(json.dumps(READ))
    tmp_path.joinpath("good.yaml").write_text(json.dumps([MINIMAL]))
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def run(folder, capsys):
    def command(*arguments):
        status = main.run(["test", *arguments])
        captured = capsys.readouterr()
        return status, captured.out, captured.err

    return command


def one(folder, **members):
    """A file with one case, as JSON."""
    folder.joinpath("one.json").write_text(json.dumps([MINIMAL | members]))
    return "one.json"


UNUSABLE = [
    # what is in the file                                     what is said, and how to mend it
    ("",                                                      "bad.yaml:1: is empty", "list of cases"),
    ("- 5\n",                                                 "bad.yaml:1: `5` does not fit here", "write a case"),
    ("cases: 5\n",                                            "bad.yaml:1: `cases`: `5` does not fit", "write a list of cases"),
    ("- name: x\n\t- y\n",                                    "bad.yaml:2: is not YAML", "indent with spaces"),
    ("- {name: x, name: y}\n",                                "bad.yaml:1: has `name` twice", "keep one"),
    ("- &a [*a]\n",                                           "bad.yaml:1: is nested too deeply", ""),
    ("- name: !Sub x\n",                                      "bad.yaml:1: has the tag `!Sub`", "nothing is filled in"),
    ("- name: x\n  acton: s3:GetObject\n",                    "bad.yaml:2: `acton` is not known in a case", "did you mean `action`?"),
    ("- name: x\n",                                           "bad.yaml:1: a case `x` has no `principal`", "add `principal:`"),
    ("defaults: {name: y}\ncases: []\n",                      "bad.yaml:1: `name` is not known", "known are `source`"),
    ("cases: [{name: x}]\n",                                  "bad.yaml:1: a case `x` has no `principal`", "add `principal:`"),
    ("cases: []\n",                                           "the files have no cases", "add one"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "problem", "mend"), UNUSABLE)
def test_a_file_that_cannot_be_used_leaves_with_2_and_says_where_and_how_to_mend_it(
    folder, run, text, problem, mend
):
    folder.joinpath("bad.yaml").write_text(text)

    status, out, err = run("bad.yaml")

    assert (status, out) == (2, "")
    assert f"doorward: {problem}" in err
    assert mend in err


MEMBERS = [
    # members                                                  what is said
    ({"principal": "alice"},                                   "`alice` names no principal"),
    ({"principal": {"arn": "alice"}},                          "`alice` names no principal"),
    ({"principal": {"role": "x"}},                             "a principal with what its ARN does not tell has no `arn`"),
    ({"principal": {"arn": MINIMAL["principal"], "role": "arn:aws:iam::123456789012:role/x"}}, "is no role of a role session"),
    ({"action": "GetObject"},                                  "`action`: `GetObject` does not fit here"),
    ({"action": "s3:*"},                                       "`action`: `s3:*` does not fit here"),
    ({"resource": "reports"},                                  "`resource`: `reports` does not fit here"),
    ({"resource_account": 123456789012},                       "12 digits in quotes"),
    ({"context": {"aws:TagKeys": {"a": "b"}}},                 "`aws:TagKeys`: an object does not fit here"),
    ({"context": {"aws:x": "1", "AWS:X": "2"}},                "`AWS:X` is there twice but for case"),
    ({"identity": "none.json"},                                "`none.json` cannot be read"),
    ({"identity": "arn:aws:iam::aws:policy/None"},             "is not a known AWS managed policy"),
    ({"identity": {"Statment": []}},                           "`identity`: an object does not fit here"),
    ({"identity": {"Statement": [{"Effect": "Allow", "Actions": "*"}]}}, "a statement has no element `Actions`"),
    ({"identity": {"file": "policies/read.json", "at": "/Nothing"}}, "has no `Nothing`"),
    ({"identity": {"file": "policies/read.json", "at": "/Version"}}, "is no policy document"),
    ({"identity": {"file": "one.json"}},                       "one.json:"),
    ({"trust": READ, "resource_policy": READ},                 "stands beside `trust`"),
    ({"session": []},                                          "only sessions of roles and federated users have session policies"),
    ({"principal": "anonymous", "boundary": READ},             "only users and roles have a permissions boundary"),
    ({"outcome": "Allowed"},                                   "`outcome`: `Allowed` does not fit here"),
    ({"decided_by": "bucket"},                                 "`decided_by`: `bucket` does not fit here"),
    ({"statements": [{"sid": "Read"}]},                        "a determining statement has no `policy`"),
    ({"scps": [READ]},                                         "`scps`: an object does not fit here"),
]  # fmt: skip


@pytest.mark.parametrize(("members", "problem"), MEMBERS)
def test_a_member_that_cannot_be_used_is_refused(folder, run, members, problem):
    status, out, err = run(one(folder, **members))

    assert (status, out) == (2, "")
    assert problem in err
    assert err.startswith("doorward: ")


def test_all_that_is_wrong_in_all_files_is_told_at_once_and_nothing_runs(folder, run):
    folder.joinpath("a.yaml").write_text("- 5\n- 6\n")
    folder.joinpath("b.yaml").write_text("- 7\n")

    status, out, err = run("good.yaml", "a.yaml", "b.yaml", "none.yaml")

    assert (status, out) == (2, "")
    assert [line for line in err.splitlines() if line.startswith("doorward")] == [
        "doorward: a.yaml:1: `5` does not fit here",
        "doorward: a.yaml:2: `6` does not fit here",
        "doorward: b.yaml:1: `7` does not fit here",
        "doorward: none.yaml: cannot be read",
    ]


def test_a_fault_in_the_defaults_is_told_once(folder, run):
    folder.joinpath("bad.yaml").write_text(
        "defaults: {principal: alice, action: a:b, resource: '*', outcome: denied}\n"
        "cases: [{name: x}, {name: y}]\n"
    )

    _, _, err = run("bad.yaml")

    assert err.count("doorward: ") == 1
    assert err.startswith("doorward: bad.yaml:1: `alice` names no principal")


def test_a_fault_in_a_policy_of_a_file_is_told_at_its_place_in_that_file(folder, run):
    folder.joinpath("policies", "bad.yaml").write_text(
        "Version: '2012-10-17'\nStatement:\n  - Effect: Allow\n    Actions: '*'\n"
    )

    _, _, err = run(one(folder, identity="policies/bad.yaml"))

    assert "doorward: policies/bad.yaml:4:5: a statement has no element `Actions`" in err
    assert "one.json:1 asks for it" in err


def test_aliases_that_unfold_without_end_are_refused_at_once(folder, run):
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]
    folder.joinpath("bomb.yaml").write_text("\n".join(lines))

    status, _, err = run("bomb.yaml")

    assert status == 2
    assert "unfolds to too many values" in err


COMMAND_LINES = [
    # arguments                           what is said
    ([],                                  "no file is named"),
    (["."],                               ".: is a folder"),
    (["good.yaml", "--filter", "zzz"],    "--filter: no case has `zzz` in its name"),
    (["good.yaml", "--format", "html"],   "invalid choice: 'html'"),
    (["--nothing"],                       "unrecognized arguments: --nothing"),
]  # fmt: skip


@pytest.mark.parametrize(("arguments", "problem"), COMMAND_LINES)
def test_a_wrong_command_line_leaves_with_2(run, arguments, problem):
    status, out, err = run(*arguments)

    assert (status, out) == (2, "")
    assert problem in err
