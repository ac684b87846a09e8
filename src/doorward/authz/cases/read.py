"""Case files to cases."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from doorward.authz import offline
from doorward.authz.cases.case import Case, Expected, Reference, Source
from doorward.authz.cases.check import missing, problems
from doorward.authz.cases.load import load
from doorward.authz.cases.nodes import Kind, Node
from doorward.authz.cases.policies import Policies, Reader
from doorward.authz.cases.schema import REQUIRED
from doorward.base.errors import BadInput
from doorward.engine.compile import NamedPolicy, PolicySet
from doorward.engine.decision import PolicyKind
from doorward.engine.evaluate import Applicable
from doorward.engine.request import Principal, PrincipalKind, Request

Members = Mapping[str, Node]

MOST_PROBLEMS = 20


class Unusable(Exception):
    """A case file that cannot be used; `problems` say where and how to mend it."""

    def __init__(self, problems: list[BadInput]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


def read(text: str, file: str, reader: Reader) -> list[Case]:
    """The cases of a file; *reader* fetches the policies that it names.

    Raises:
        Unusable: the file or a policy that it names cannot be used.
    """
    try:
        root = load(text, file)
    except BadInput as error:
        raise Unusable([error]) from error
    found: list[BadInput] = []
    for problem in problems(root):
        found.append(problem)
        if len(found) == MOST_PROBLEMS:
            break
    if found:
        raise Unusable(found)
    return _cases(root, reader)


def _cases(root: Node, reader: Reader) -> list[Case]:
    shared: dict[tuple[str, str], Source] = {}
    made: list[Case] = []
    found: dict[str, BadInput] = {}
    for node, members in _entries(root):
        try:
            made.append(_case(node, members, Policies(reader, shared)))
        except BadInput as error:
            found.setdefault(str(error), error)
    if found:
        raise Unusable(list(found.values())[:MOST_PROBLEMS])
    return made


def _entries(root: Node) -> Iterator[tuple[Node, Members]]:
    """Each case with its members, and with those of `defaults` that it does not have itself."""
    defaults = root.member("defaults")
    given = _members(defaults) if defaults else {}
    listed = root.member("cases") or root
    for node in listed.items:
        yield node, {**given, **_members(node)}


def _members(node: Node) -> dict[str, Node]:
    return {key.text: value for key, value in node.members}


def _case(node: Node, members: Members, policies: Policies) -> Case:
    for name in REQUIRED:
        if name not in members:
            raise missing(node, name, "a case")
    who = _principal(members["principal"])
    source = members.get("source")
    owner = members.get("resource_account")
    request = Request(
        who,
        members["action"].text,
        members["resource"].text,
        offline.context(who, _context(members.get("context"))),
        owner.text if owner else None,
    )
    return Case(
        name=members["name"].text,
        file=node.file,
        line=node.line,
        source=source.text if source else None,
        request=request,
        policies=_applicable(members, request, policies),
        sources=policies.sources,
        expected=_expected(members),
    )


def _principal(node: Node) -> Principal:
    inner = node.member("arn")
    text = inner.text if inner else node.text
    found = offline.ANONYMOUS if text == "anonymous" else offline.principal(text)
    if found is None:
        help_text = "write an ARN such as `arn:aws:iam::123456789012:user/alice`, or a service name"
        raise (inner or node).wrong(f"`{text}` names no principal", help_text)
    if role := node.member("role"):
        known = offline.principal(role.text)
        if found.kind is not PrincipalKind.ROLE_SESSION or known is None or not known.role_arn:
            raise role.wrong("is no role of a role session", "write the ARN of the session's role")
        found = replace(found, role_arn=known.role_arn, service_linked=known.service_linked)
    user, unique = node.member("user"), node.member("id")
    return replace(
        found,
        user_arn=user.text if user else found.user_arn,
        unique_id=unique.text if unique else found.unique_id,
    )


def _context(node: Node | None) -> dict[str, list[str]]:
    """The condition keys; an empty list is a key without values.

    Raises:
        BadInput: a key is there twice, in another case.
    """
    found: dict[str, list[str]] = {}
    for key, value in node.members if node else ():
        if key.text.lower() in found:
            raise key.wrong(f"`{key.text}` is there twice but for case", "keep one of the two")
        items = value.items if value.kind is Kind.ARRAY else (value,)
        found[key.text.lower()] = [item.text for item in items]
    return found


def _applicable(members: Members, request: Request, policies: Policies) -> Applicable:
    _refuse_impossible(members, request.principal)
    trust = "trust" in members or _is_role(request)
    attached = "trust" if "trust" in members else "resource_policy"
    public = members.get("restrict_public_buckets")
    return Applicable(
        identity=_set(PolicyKind.IDENTITY, members, "identity", policies),
        resource=_set(
            PolicyKind.TRUST if trust else PolicyKind.RESOURCE, members, attached, policies
        ),
        boundary=_set(PolicyKind.BOUNDARY, members, "boundary", policies),
        session=_set(PolicyKind.SESSION, members, "session", policies),
        endpoint=_set(PolicyKind.ENDPOINT, members, "endpoint", policies),
        scps=_levels(PolicyKind.SCP, members.get("scps"), "scps", policies),
        rcps=_levels(PolicyKind.RCP, members.get("rcps"), "rcps", policies),
        restrict_public=public is not None and public.text == "true",
    )


def _is_role(request: Request) -> bool:
    return request.action.lower().startswith("sts:assumerole") and ":role/" in request.resource


def _refuse_impossible(members: Members, who: Principal) -> None:
    """Refuse what AWS does not let be.

    Raises:
        BadInput: two policies of one resource, or limits that the principal cannot have.
    """
    if "trust" in members and "resource_policy" in members:
        help_text = "a role has only a trust policy"
        raise members["resource_policy"].wrong("stands beside `trust`", help_text)
    for name in ("boundary", "session"):
        limited = {"boundary": False, "session": False} | {name: name in members}
        if wrong := offline.limits(who, **limited):
            raise members[name].wrong(wrong, f"leave `{name}` out, or name another principal")


def _set(kind: PolicyKind, members: Members, name: str, policies: Policies) -> PolicySet | None:
    node = members.get(name)
    if node is None:
        return None
    if node.kind is Kind.ARRAY:
        return PolicySet(kind, _listed(node, name, policies))
    return PolicySet(kind, [policies.named(node, name)])


def _listed(node: Node, name: str, policies: Policies) -> list[NamedPolicy]:
    return [policies.named(one, f"{name}[{at}]") for at, one in enumerate(node.items)]


def _levels(
    kind: PolicyKind, node: Node | None, name: str, policies: Policies
) -> tuple[PolicySet, ...] | None:
    if node is None:
        return None
    return tuple(
        PolicySet(kind, _listed(level, f"{name}[{at}]", policies))
        for at, level in enumerate(node.items)
    )


def _expected(members: Members) -> Expected:
    decided, blocked = members.get("decided_by"), members.get("blocked_by")
    statements = members.get("statements")
    return Expected(
        outcome=members["outcome"].text,
        said=frozenset(members),
        decided_by=decided.text if decided and decided.kind is Kind.STRING else None,
        blocked_by=frozenset(one.text for one in blocked.items) if blocked else frozenset(),
        statements=tuple(map(_reference, statements.items)) if statements else (),
    )


def _reference(node: Node) -> Reference:
    if node.kind is Kind.STRING:
        return Reference(None, node.text, None)
    policy, sid, number = (node.member(name) for name in ("policy", "sid", "statement"))
    return Reference(
        policy.text if policy else None,
        sid.text if sid else None,
        int(number.text) if number else None,
    )
