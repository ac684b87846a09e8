"""`doorward policy validate`: policies, templates and plans, each finding at its line."""

import json

import pytest

from doorward.cli.main import run

TEMPLATE = """\
Resources:
  Reports:
    Type: AWS::S3::Bucket
  Alice:
    Type: AWS::IAM::User
    Properties:
      Policies:
        - PolicyName: read
          PolicyDocument:
            Version: '2012-10-17'
            Statement:
              - Effect: Allow
                Action: s3:GetObject
                Resource: !Sub 'arn:aws:s3:::${Reports}/*'
              - Effect: Allow
                Action: [s3:ListBucket, s3:ListBuckets]
                Resource: RESOURCE
"""


@pytest.fixture
def write(tmp_path):
    def made(name, text):
        file = tmp_path / name
        file.write_text(text if isinstance(text, str) else json.dumps(text))
        return str(file)

    return made


@pytest.mark.parametrize("reference", ["!Ref Reports", "!Sub '${Reports}'", "{Ref: Reports}"])
def test_a_bare_bucket_name_in_a_template_is_found_at_its_line(write, capsys, reference):
    file = write("access.yaml", TEMPLATE.replace("RESOURCE", reference))

    assert run(["policy", "validate", file]) == 3
    lines = capsys.readouterr().out.splitlines()
    assert f"{file}:17:27: ERROR INVALID_ARN_PREFIX" in lines
    assert any("!GetAtt Reports.Arn" in one for one in lines)


def test_what_a_template_fills_in_later_is_not_held_against_it(write, capsys):
    sound = TEMPLATE.replace("RESOURCE", "!GetAtt Reports.Arn").replace(", s3:ListBuckets", "")

    assert run(["policy", "validate", write("access.yaml", sound)]) == 0
    assert capsys.readouterr().out == "no findings\n"


def test_findings_of_a_template_stand_at_their_own_words(write, capsys):
    file = write("access.yaml", TEMPLATE.replace("RESOURCE", "'*'"))
    run(["policy", "validate", file, "--format", "json"])
    found = json.loads(capsys.readouterr().out)

    assert [(one["issueCode"], one["line"], one["column"]) for one in found] == [
        ("INVALID_ACTION", 16, 41)
    ]
    assert found[0]["policy"] == "Alice.Policies[0].PolicyDocument"


def test_the_same_template_in_json_has_the_same_findings(write, capsys):
    body = {
        "Resources": {
            "Role": {
                "Type": "AWS::IAM::Role",
                "Properties": {
                    "AssumeRolePolicyDocument": {
                        "Version": "2012-10-17",
                        "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "s3:Get"}],
                    }
                },
            }
        }
    }
    run(["policy", "validate", write("access.json", body), "--format", "json"])
    found = {one["issueCode"] for one in json.loads(capsys.readouterr().out)}

    assert "ROLE_TRUST_POLICY_UNSUPPORTED_WILDCARD_IN_PRINCIPAL" in found
    assert "UNSUPPORTED_ACTION_IN_POLICY" in found


def test_policies_of_a_terraform_plan_are_found_by_their_address(write, capsys):
    wrong = {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "b"}],
    }
    plan = {
        "resource_changes": [
            {
                "address": "aws_iam_policy.read",
                "type": "aws_iam_policy",
                "change": {"after": {"policy": json.dumps(wrong)}},
            }
        ]
    }
    assert run(["policy", "validate", write("plan.json", plan)]) == 3
    assert "in aws_iam_policy.read.policy" in capsys.readouterr().out


def test_how_grave_a_finding_must_be_to_fail_is_a_flag(write):
    file = write("role.json", {"Statement": []})  # a warning: no version

    assert run(["policy", "validate", file]) == 0
    assert run(["policy", "validate", file, "--fail-on", "warning"]) == 3


def test_sarif_has_a_rule_and_a_place_for_each_finding(write, capsys):
    run(["policy", "validate", write("role.json", "{"), "--format", "sarif"])
    found = json.loads(capsys.readouterr().out)["runs"][0]

    assert [one["id"] for one in found["tool"]["driver"]["rules"]] == ["JSON_SYNTAX_ERROR"]
    region = found["results"][0]["locations"][0]["physicalLocation"]["region"]
    assert region["startLine"] == 1


HELD = "Resources:\n  A:\n    Type: AWS::IAM::Policy\n    Properties: {}\n"
ANCHORS = "\n" + "".join(
    f"      P{at}: &a{at} [{', '.join([f'*a{at - 1}'] * 9) if at else 'x'}]\n" for at in range(9)
)


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("a.yaml", "Resources: [", "line 1"),
        ("a.yaml", "Resources: 1", "no mapping `Resources`"),
        ("a.yaml", "a: 1", "is no CloudFormation template"),
        ("gone.json", None, "cannot be read"),
        ("a.yaml", "", "is no CloudFormation template"),
        ("a.yaml", "Resources:\n  A: \x07", "line 2: a character that no template may have"),
        ("a.yaml", "Resources:\n  A:\n    Type: 'AWS", "line 3"),
        ("a.json", '{"resource_changes": [', "line 1, column"),
        ("a.json", '{"resource_changes": 1}', "`resource_changes` is no list"),
        ("a.json", '{"resource_changes": [{"change": 1}]}', "`resource_changes[0].change`"),
        ("a.json", '{"resource_changes": ' + "[" * 100_000, "nested too deep"),
        ("a.yaml", "Resources: " + "[" * 2_000, "nested too deep"),
        ("a.yaml", HELD.format("&p {X: *p}"), "line 4: nested too deep"),
        ("a.yaml", HELD.format(ANCHORS), "values when anchors are filled in"),
    ],
)
def test_a_file_of_another_kind_is_refused_with_its_name(tmp_path, write, capsys, name, text, said):
    file = write(name, text) if text is not None else str(tmp_path / name)

    assert run(["policy", "validate", file]) == 2
    told = capsys.readouterr().err
    assert name in told
    assert said in told


def test_bytes_that_are_no_text_are_told_with_their_place(tmp_path, capsys):
    file = tmp_path / "policy.json"
    file.write_bytes(b'{"a": "\xff"}')

    assert run(["policy", "validate", str(file)]) == 2
    assert f"{file}: byte 7 is no text in UTF-8" in capsys.readouterr().err


def test_what_a_template_fills_in_later_is_no_fault(write, capsys):
    statement = "{Effect: !Ref E, Action: 's3:GetObject', Resource: !Ref R}"
    document = f"{{Version: '2012-10-17', Statement: [{statement}, !Ref Other]}}"
    file = write("a.yaml", HELD.format(f"{{PolicyDocument: {document}}}"))

    assert run(["policy", "validate", file]) == 0
    told = capsys.readouterr()
    assert told.out == "no findings\n"
    assert f"{file}:" in told.err
    assert (
        "not looked into, as it is filled in when the template is deployed and 2 more" in told.err
    )


def test_the_statement_that_a_condition_of_a_template_chooses_is_looked_at(write, capsys):
    statement = "{Effect: Allow, Action: 's3:GetObjet', Resource: '*'}"
    chosen = f"Fn::If: [Debug, !Ref AWS::NoValue, {statement}]"
    document = f"{{Version: '2012-10-17', Statement: [{{{chosen}}}]}}"
    file = write("a.yaml", HELD.format(f"{{PolicyDocument: {document}}}"))

    assert run(["policy", "validate", file]) == 3
    assert "INVALID_ACTION" in capsys.readouterr().out


def test_policies_inside_a_planned_role_are_found(write, capsys):
    wrong = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:Got"}]}
    block = {"name": "read", "policy": json.dumps(wrong)}
    one = {"address": "aws_iam_role.app", "type": "aws_iam_role"}
    plan = {"resource_changes": [one | {"change": {"after": {"inline_policy": [block]}}}]}

    assert run(["policy", "validate", write("plan.json", plan)]) == 3
    assert "in aws_iam_role.app.inline_policy[0].policy" in capsys.readouterr().out
