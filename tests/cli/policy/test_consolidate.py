"""`doorward policy consolidate` on the command line."""

import json

import pytest

from doorward.cli.main import run

READ = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::reports/*"}


@pytest.fixture
def files(tmp_path):
    def made(*statements):
        names = []
        for number, one in enumerate(statements):
            file = tmp_path / f"{number}.json"
            file.write_text(json.dumps({"Version": "2012-10-17", "Statement": one}))
            names.append(str(file))
        return names

    return made


def many(count):
    return {**READ, "Resource": [f"arn:aws:s3:::{'b' * 50}{at}" for at in range(count)]}


def test_the_few_policies_are_printed(files, capsys):
    given = files(READ, {**READ, "Action": "s3:PutObject"}, READ)

    assert run(["policy", "consolidate", *given]) == 0
    shown = capsys.readouterr()
    assert len(json.loads(shown.out)) == 1
    assert "3 to 1 policies of at most 6,144 characters" in shown.err
    assert "proved in both directions" in shown.err


def test_the_few_policies_are_written_to_a_folder(files, tmp_path):
    into = tmp_path / "few"
    asked = ["policy", "consolidate", *files(many(150)), "--output-dir", str(into)]

    assert run([*asked, "--max", "1"]) == 3
    assert not into.exists()
    assert run([*asked, "--max", "2"]) == 0
    assert sorted(one.name for one in into.iterdir()) == ["policy-1.json", "policy-2.json"]


def test_inline_policies_become_one_for_their_size_counts_together(files, capsys):
    given = files(many(20), {**many(20), "Action": "sqs:SendMessage"})

    asked = ["policy", "consolidate", *given, "--format", "json"]
    assert run([*asked, "--size", "user"]) == 0
    assert json.loads(capsys.readouterr().out)["limit"] == 2_048
    assert run(["policy", "consolidate", *files(many(60)), "--size", "user"]) == 3


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        (["--size", "huge"], "`huge` is no size"),
        (["--type", "trust"], "a resource has one trust policy"),
    ],
)
def test_wrong_flags_are_refused_in_words(files, capsys, flags, said):
    assert run(["policy", "consolidate", *files(READ), *flags]) == 2
    assert said in capsys.readouterr().err
