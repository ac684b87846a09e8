"""`doorward policy template` on the command line."""

import json

from doorward.cli.main import run


def test_a_template_becomes_a_policy_and_comes_back(tmp_path, capsys):
    template, policy = tmp_path / "reader.yaml", tmp_path / "policy.json"
    template.write_text("mode: crud\nread: ['arn:aws:s3:::reports/*']\n")

    assert run(["policy", "template", str(template)]) == 0
    policy.write_text(capsys.readouterr().out)
    assert json.loads(policy.read_text())["Statement"][0]["Sid"] == "S3ReadObject"
    assert run(["policy", "template", str(policy), "--name", "reader"]) == 0
    shown = capsys.readouterr()
    assert shown.out == "mode: crud\nname: reader\nread:\n- arn:aws:s3:::reports/*\n"
    assert "grants the same" in shown.err


def test_a_wrong_template_is_named_with_its_line(tmp_path, capsys):
    file = tmp_path / "wrong.yaml"
    file.write_text("mode: crud\nreed: []\n")

    assert run(["policy", "template", str(file)]) == 2
    assert f"{file}: line 2" in capsys.readouterr().err
