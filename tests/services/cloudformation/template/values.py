"""A template out of parts, and what one value of it resolves to."""

from doorward.services.cloudformation.template.parameters import bind
from doorward.services.cloudformation.template.parse import parse
from doorward.services.cloudformation.template.pseudo import Pseudo
from doorward.services.cloudformation.template.resolve import Resolver

PSEUDO = Pseudo(
    account="123456789012",
    region="eu-west-1",
    stack_name="access",
    stack_id="arn:aws:cloudformation:eu-west-1:123456789012:stack/access/5dd694c0",
    notification_arns=("arn:aws:sns:eu-west-1:123456789012:deploys",),
)

FRAME = """
Parameters:
  Name: {Type: String, Default: reports}
  Empty: {Type: String, Default: ''}
  Count: {Type: Number, Default: 2}
  Teams: {Type: CommaDelimitedList, Default: 'red, green ,blue'}
  Secret: {Type: String, NoEcho: true, Default: hunter2}
Mappings:
  Regions:
    eu-west-1: {Key: a, Teams: [one, two]}
    us-east-1: {Key: b}
Conditions:
  Holds: !Equals [!Ref Name, reports]
  Fails: !Not [{Condition: Holds}]
Resources:
  Role: {Type: 'AWS::IAM::Role'}
  Gone: {Type: 'AWS::IAM::Role', Condition: Fails}
"""

EXTENDED = "Transform: AWS::LanguageExtensions\n"


def indented(text, by):
    return "\n".join(" " * by + line for line in text.strip("\n").split("\n"))


def attribute(logical_id, name):
    return f"<{logical_id}.{name}>" if name else f"<{logical_id}>"


def exports(name):
    return {"network-Id": "vpc-1", "sly": "{{resolve:secretsmanager:other}}"}.get(name)


def resolver(text, given=None, **changes):
    template = parse(text)
    return Resolver(
        template,
        bind(template, given or {}),
        PSEUDO,
        **{"exports": exports, "attributes": attribute} | changes,
    )


def frame(expression, *, extended=False):
    """The frame with a resource whose property `Value` is *expression*, YAML in one line."""
    made = f"{FRAME}  Subject:\n    Type: AWS::SSM::Parameter\n    Properties: {{Value: {expression}}}\n"
    return (EXTENDED if extended else "") + made


def resolved(expression, *, extended=False, masked=False, **changes):
    """What *expression* gives, None where its property is left out."""
    found = resolver(frame(expression, extended=extended), **changes)
    return found.properties("Subject", masked=masked).get("Value")
