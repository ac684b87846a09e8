"""`doorward actions`."""

import json

import pytest

from doorward.cli.main import run


def printed(capsys, *arguments):
    """What the command prints, when it succeeds."""
    assert run(["actions", *arguments]) == 0
    return capsys.readouterr().out


def test_coverage_counts_the_operations_of_the_services_asked_for(capsys):
    lines = printed(capsys, "coverage", "sqs", "sts").splitlines()

    assert [line.split()[0] for line in lines] == ["service", "sqs", "sts", "all"]
    assert lines[-1].endswith("%)")


def test_coverage_as_json_adds_up(capsys):
    found = json.loads(printed(capsys, "coverage", "sqs", "--format", "json"))

    (sqs,) = found["services"]
    assert sqs["exact"] + sqs["derived"] + sqs["unknown"] == sqs["total"]
    assert sum(found["total"].values()) == sqs["total"]


def test_an_action_is_shown_with_its_resources_and_keys(capsys):
    text = printed(capsys, "show", "LAMBDA:createfunction")

    assert text.startswith("lambda:CreateFunction  (Write)\n")
    assert "function (required)  arn:${Partition}:lambda:${Region}" in text
    assert "lambda:Layer" in text
    assert "may need as well: iam:PassRole" in text


def test_an_action_without_resource_types_is_shown_on_everything(capsys):
    assert "  resources: *\n" in printed(capsys, "show", "sqs:ListQueues")
    found = json.loads(printed(capsys, "show", "sqs:ListQueues", "--format", "json"))
    assert found["resourceTypes"] == []


def test_actions_are_searched_by_pattern_and_by_word(capsys):
    assert printed(capsys, "search", "sqs:Send*").startswith("sqs:SendMessage  Grants")
    assert "sqs:PurgeQueue  " in printed(capsys, "search", "purgequeue")
    assert json.loads(printed(capsys, "search", "sqs:Send*", "--format", "json"))[0] == {
        "action": "sqs:SendMessage",
        "description": "Grants permission to deliver a message to the specified queue",
    }


def test_a_search_without_result_leaves_with_1():
    assert run(["actions", "search", "sqs:Nothing*"]) == 1


WRONG = [
    # arguments                                what is said
    (["coverage", "nope"],                     "no service `nope`"),
    (["show", "sqs:Nope"],                     "no action `sqs:Nope`"),
    (["show", "sqs:ListQueues", "--format", "xml"], "--format: `xml` is no format"),
]  # fmt: skip


@pytest.mark.parametrize(("arguments", "said"), WRONG)
def test_wrong_input_is_refused_in_words(capsys, arguments, said):
    assert run(["actions", *arguments]) == 2
    assert said in capsys.readouterr().err
