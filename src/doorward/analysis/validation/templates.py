"""The policies in a CloudFormation template, as nodes with their places in its text.

What a template fills in later is not known here: it stands in a text as `match.UNKNOWN`. Of some
references it is known what they are not: `Ref` of a bucket gives its name, which is no ARN.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference.html
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import yaml
from yaml.nodes import MappingNode, ScalarNode, SequenceNode
from yaml.nodes import Node as YamlNode

from doorward.analysis.validation.draft import Kind
from doorward.analysis.validation.resources import NAME_OF_REFERENCE
from doorward.base.errors import BadInput
from doorward.engine.match import UNKNOWN
from doorward.policy.document import Place
from doorward.policy.json import Array, Node, Object, Scalar, String

DEPTH = 60
MOST_CHARACTERS = 2_000_000
MOST_NODES = 200_000
HELD = re.compile(r"\$\{([^!}][^}]*)\}")
KEYS = {
    "PolicyDocument": Kind.IDENTITY,
    "AssumeRolePolicyDocument": Kind.TRUST,
    "KeyPolicy": Kind.RESOURCE,
    "ResourcePolicy": Kind.RESOURCE,
    "RepositoryPolicyText": Kind.RESOURCE,
    "AccessPolicies": Kind.RESOURCE,
}
"""Properties that hold a policy, and of which kind it is in a resource of IAM."""

NOT_ARNS = frozenset(
    {
        *("AWS::S3::Bucket", "AWS::IAM::Role", "AWS::IAM::User", "AWS::IAM::Group"),
        *("AWS::DynamoDB::Table", "AWS::Lambda::Function", "AWS::SQS::Queue", "AWS::KMS::Key"),
        *("AWS::Logs::LogGroup", "AWS::SSM::Parameter", "AWS::ECR::Repository"),
        *("AWS::IAM::InstanceProfile", "AWS::S3::AccessPoint", "AWS::Kinesis::Stream"),
    }
)
"""Types of which `Ref` gives a name, a URL or an id, each with an attribute `Arn`.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-template-resource-type-ref.html
"""


@dataclass(frozen=True, slots=True)
class Found:
    """A policy in a template: where it is, of which kind, of which type of resource."""

    where: str
    kind: Kind
    resource_type: str
    node: Node


def is_template(text: str) -> bool:
    """Whether *text* looks like a template: a mapping with `Resources`."""
    return re.search(r'(^|[{,])\s*"?Resources"?\s*:', text, re.MULTILINE) is not None


def policies(text: str) -> list[Found]:
    """The policies in the template that *text* is.

    Raises:
        BadInput: it is no YAML or JSON, or no template; says the line.
    """
    if len(text) > MOST_CHARACTERS:
        raise BadInput("", f"longer than {MOST_CHARACTERS} characters", "split the template")
    try:
        document = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise BadInput("", f"line {line}: {error.problem}", "mend the YAML") from error
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        problem = f"line {line}: a character that no template may have"
        raise BadInput("", problem, "remove it") from error
    except (RecursionError, ValueError) as error:
        raise BadInput("", "nested too deep", f"a template has at most {DEPTH} levels") from error
    resources = _member(document, "Resources")
    if not isinstance(resources, MappingNode):
        raise BadInput("", "has no mapping `Resources`", "name a CloudFormation template")
    types = {
        str(name.value): _type(body) for name, body in resources.value if _type(body) is not None
    }
    reader = _Reader({name: kind or "" for name, kind in types.items()})
    return [
        found
        for name, body in resources.value
        for found in reader.walk(_member(body, "Properties"), str(name.value), _type(body) or "", 0)
    ]


def _member(node: YamlNode | None, name: str) -> YamlNode | None:
    if not isinstance(node, MappingNode):
        return None
    return next((value for key, value in node.value if key.value == name), None)


def _type(body: YamlNode) -> str | None:
    found = _member(body, "Type")
    return str(found.value) if isinstance(found, ScalarNode) else None


def _place(node: YamlNode) -> Place:
    return Place(node.start_mark.index, node.end_mark.index)


class _Reader:
    """Finds policies and reads them; *types* says of which type each resource is."""

    def __init__(self, types: Mapping[str, str]) -> None:
        self.types = types
        self.seen = 0

    def visit(self, node: YamlNode, depth: int) -> None:
        """Count *node*: anchors may stand for very many, and for what they are in.

        Raises:
            BadInput: there are too many, or they are nested too deep.
        """
        self.seen += 1
        line = node.start_mark.line + 1
        if depth > DEPTH:
            problem = f"line {line}: nested too deep"
            raise BadInput("", problem, f"a template has at most {DEPTH} levels")
        if self.seen > MOST_NODES:
            problem = f"line {line}: more than {MOST_NODES} values when anchors are filled in"
            raise BadInput("", problem, "split the template")

    def walk(self, node: YamlNode | None, where: str, kind: str, depth: int) -> Iterator[Found]:
        """The policies below *node*."""
        if node is not None:
            self.visit(node, depth)
        if isinstance(node, MappingNode):
            for key, value in node.value:
                name = str(key.value)
                path = f"{where}.{name}"
                if name in KEYS and _member(value, "Statement") is not None:
                    found = KEYS[name]
                    if found is Kind.IDENTITY and not _of_identity(kind):
                        found = Kind.RESOURCE
                    yield Found(path, found, _attached(kind), self.node(value, 0))
                else:
                    yield from self.walk(value, path, kind, depth + 1)
        elif isinstance(node, SequenceNode):
            for index, value in enumerate(node.value):
                yield from self.walk(value, f"{where}[{index}]", kind, depth + 1)

    def node(self, node: YamlNode, depth: int) -> Node:
        """*node* as JSON, with what is not known marked."""
        place = _place(node)
        self.visit(node, depth)
        function = _function(node)
        if function is not None:
            chosen = _branch(*function)
            if chosen is not None:
                return self.node(chosen, depth + 1)
            return String(self.filled(*function, depth), place)
        if isinstance(node, MappingNode):
            members = tuple(
                (String(str(key.value), _place(key)), self.node(value, depth + 1))
                for key, value in node.value
            )
            return Object(members, place)
        if isinstance(node, SequenceNode):
            return Array(tuple(self.node(one, depth + 1) for one in node.value), place)
        if node.tag in {"tag:yaml.org,2002:bool", "tag:yaml.org,2002:int"}:
            return Scalar(str(node.value).lower(), place)
        return String(str(node.value), place)

    def filled(self, function: str, value: YamlNode, depth: int) -> str:
        """The text that a function gives, as far as it is known."""
        if function == "Ref" and isinstance(value, ScalarNode):
            return self.reference(str(value.value))
        if function == "Sub":
            text = value.value[0] if isinstance(value, SequenceNode) and value.value else value
            if isinstance(text, ScalarNode):
                alone = HELD.fullmatch(str(text.value))
                return self.reference(alone[1]) if alone else HELD.sub(UNKNOWN, str(text.value))
        return self.joined(value, depth) if function == "Join" else UNKNOWN

    def reference(self, name: str) -> str:
        """What `Ref` of *name* gives."""
        return NAME_OF_REFERENCE + name if self.types.get(name) in NOT_ARNS else UNKNOWN

    def joined(self, value: YamlNode, depth: int) -> str:
        """What Fn::Join gives."""
        if not isinstance(value, SequenceNode) or len(value.value) != len(("by", "parts")):
            return UNKNOWN
        by, parts = value.value
        if not isinstance(by, ScalarNode) or not isinstance(parts, SequenceNode):
            return UNKNOWN
        texts = (self.node(one, depth + 1) for one in parts.value)
        return str(by.value).join(
            one.value if isinstance(one, String) else UNKNOWN for one in texts
        )


def _function(node: YamlNode) -> tuple[str, YamlNode] | None:
    """The intrinsic function that *node* calls, and with what; None where it calls none."""
    if node.tag.startswith("!"):
        return node.tag[1:], node
    if isinstance(node, MappingNode) and len(node.value) == 1:
        key, value = node.value[0]
        name = str(key.value)
        if name == "Ref" or name.startswith("Fn::"):
            return name.removeprefix("Fn::"), value
    return None


def _branch(function: str, value: YamlNode) -> YamlNode | None:
    """The part of Fn::If that stands for what it gives: the first that is no text and no nothing.

    Of a text either may be meant, so it is not known.
    """
    if function != "If" or not isinstance(value, SequenceNode):
        return None
    branches = value.value[1:]
    return next((one for one in branches if not isinstance(one, ScalarNode) and _real(one)), None)


def _real(node: YamlNode) -> bool:
    called = _function(node)
    return called is None or called[0] == "If"


def _of_identity(kind: str) -> bool:
    return kind.startswith(("AWS::IAM::", "AWS::SSO::", "AWS::Serverless::"))


def _attached(kind: str) -> str:
    """The type of the resource that a policy of *kind* is attached to."""
    return {"AWS::S3::BucketPolicy": "AWS::S3::Bucket"}.get(kind, "")
