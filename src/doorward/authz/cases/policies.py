"""The policies of a case: written in it, in files beside it, or managed by AWS."""

from collections.abc import Callable
from dataclasses import dataclass, field

from doorward.authz.cases.case import Source
from doorward.authz.cases.load import load
from doorward.authz.cases.nodes import Kind, Node, inside
from doorward.authz.cases.render import render
from doorward.base.errors import BadInput
from doorward.engine.compile import NamedPolicy
from doorward.policy.document import Policy
from doorward.policy.errors import PolicySyntaxError
from doorward.policy.parse import parse

Reader = Callable[[str, str], tuple[str, str]]
"""From a path and the case file that names it to the text there and the path as messages show it.

Raises OSError or UnicodeDecodeError where it cannot be read."""

GRAMMAR = "the policy grammar: docs/reference/policy-language.md"
MANAGED = ":iam::aws:policy/"
# https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_evaluation.html
FULL_ACCESS_ARN = "arn:aws:organizations::aws:policy/service_control_policy/p-FullAWSAccess"
FULL_ACCESS = """{"Version": "2012-10-17",
 "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}"""


@dataclass(slots=True)
class Policies:
    """The policies of one case by name; `shared` are those already read for others."""

    read: Reader
    shared: dict[tuple[str, str], Source]
    sources: dict[str, Source] = field(default_factory=dict)

    def named(self, node: Node, place: str) -> NamedPolicy:
        """The policy that *node* is or names; one without a name is called by its *place*.

        Raises:
            BadInput: there is none, or it is no policy.
        """
        name, found = self._found(node, place)
        known = self.sources.get(name)
        if known is not None and known is not found:
            name = f"{name} ({place})"
        self.sources[name] = found
        return NamedPolicy(name, found.policy, found.arn)

    def _found(self, node: Node, place: str) -> tuple[str, Source]:
        if node.kind is Kind.STRING:
            return node.text, self._by_text(node)
        name = node.member("name")
        arn = node.member("arn")
        file, document = node.member("file"), node.member("document")
        called = arn.text if arn else None
        if file is not None:
            pointer = node.member("at")
            found = self._from_file(file, pointer.text if pointer else "", called)
            return name.text if name else file.text, found
        inner = document if document is not None else node
        return name.text if name else place, _written(inner, called)

    def _by_text(self, node: Node) -> Source:
        if not node.text.startswith("arn:"):
            return self._from_file(node, "", None)
        key = (node.text, "")
        if key not in self.shared:
            self.shared[key] = Source(_of_aws(node), node.text, node.text)
        return self.shared[key]

    def _from_file(self, node: Node, pointer: str, arn: str | None) -> Source:
        try:
            text, path = self.read(node.text, node.file)
        except (OSError, UnicodeDecodeError) as error:
            help_text = f"paths are relative to {node.file}"
            raise BadInput(node.where, f"`{node.text}` cannot be read", help_text) from error
        key = (path, f"{pointer}\n{arn}")
        if key not in self.shared:
            try:
                self.shared[key] = _of_text(text, path, pointer, arn)
            except BadInput as error:
                help_text = f"{error.help}; " if error.help else ""
                named = f"{help_text}{node.where} asks for it"
                raise BadInput(error.where, error.problem, named) from error
        return self.shared[key]


def _of_aws(node: Node) -> Policy:
    """The policy that AWS manages under the ARN of *node*."""
    if node.text == FULL_ACCESS_ARN:
        return parse(FULL_ACCESS)
    from doorward.catalog import managed_policies  # noqa: PLC0415 - most cases need none

    record = managed_policies.find(node.text) if MANAGED in node.text else None
    if record is None:
        help_text = (
            "name a file, or install `doorward[emulate]`, which brings all AWS managed policies"
        )
        raise node.wrong(f"`{node.text}` is not a known AWS managed policy", help_text)
    return parse(record.document)


def _of_text(text: str, path: str, pointer: str, arn: str | None) -> Source:
    """The policy in a file: the whole of it, or what *pointer* names."""
    if not path.endswith(".json") or pointer:
        return _written(inside(load(text, path), pointer), arn)
    try:
        return Source(parse(text), path, arn)
    except PolicySyntaxError as error:
        where = f"{path}:{error.position.line}:{error.position.column}"
        raise BadInput(where, error.problem, GRAMMAR) from error


def _written(node: Node, arn: str | None) -> Source:
    """The policy that *node* spells in YAML or inside a larger document."""
    if node.kind is not Kind.OBJECT:
        raise node.wrong("is no policy document", "write one with a `Statement`")
    text, marks = render(node)
    try:
        return Source(parse(text), node.file, arn, marks)
    except PolicySyntaxError as error:
        line, column = marks.place(error.place.start)
        raise BadInput(f"{node.file}:{line}:{column}", error.problem, GRAMMAR) from error
