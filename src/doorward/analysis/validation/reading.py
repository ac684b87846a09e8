"""JSON nodes to a draft, and what is wrong with its form."""

from collections.abc import Iterator

from doorward.analysis.validation.draft import Clause, Draft, Element, Kind, Leaf, Named, Test
from doorward.analysis.validation.finding import Finding, Path
from doorward.engine.match import UNKNOWN
from doorward.policy.document import Place
from doorward.policy.json import Array, Node, Object, Scalar, String

TOP = ("Version", "Id", "Statement")
LISTS = ("Action", "NotAction", "Resource", "NotResource")
PRINCIPALS = ("Principal", "NotPrincipal")
ELEMENTS = ("Sid", "Effect", *PRINCIPALS, *LISTS, "Condition")
PAIRS = (("Action", "NotAction"), ("Resource", "NotResource"), PRINCIPALS)
PRINCIPAL_TYPES = ("AWS", "Service", "Federated", "CanonicalUser")
EMPTY_LISTS = {
    "Action": "EMPTY_ARRAY_ACTION",
    "NotAction": "EMPTY_ARRAY_ACTION",
    "Resource": "EMPTY_ARRAY_RESOURCE",
    "NotResource": "EMPTY_ARRAY_RESOURCE",
}


class Reader:
    """Reads one document; `findings` are about its form."""

    def __init__(self, kind: Kind) -> None:
        self.draft = Draft(kind)
        self.findings: list[Finding] = []

    def found(self, code: str, details: str, place: Place, path: Path = ()) -> None:
        """Note a finding."""
        self.findings.append(Finding(code, details, place, path))

    def read(self, node: Node) -> Draft:
        """The draft of a whole document."""
        draft = self.draft
        draft.place = node.place
        if not isinstance(node, Object):
            self.mismatch("The policy", "a JSON object", node, ())
            return draft
        members = self.members(node, TOP, ())
        if "Version" in members:
            draft.version = self.leaf(members["Version"], "Version", ("Version",))
        if "Statement" not in members:
            self.found("MISSING_STATEMENT", "Add a Statement to the policy.", node.place)
            return draft
        found = members["Statement"]
        listed = isinstance(found, Array)
        nodes = found.items if isinstance(found, Array) else (found,)
        for index, one in enumerate(nodes):
            path: Path = ("Statement", index) if listed else ("Statement",)
            clause = self.clause(one, path)
            if clause is not None:
                draft.clauses.append(clause)
        return draft

    def members(self, node: Object, known: tuple[str, ...], path: Path) -> dict[str, Node]:
        """The members of *node*; unknown ones are findings."""
        for key, _ in node.members:
            if key.value not in known:
                told = f"The policy element {key.value} is not valid; remove it."
                self.found("INVALID_POLICY_ELEMENT", told, key.place, (*path, key.value))
        return {key.value: value for key, value in node.members if key.value in known}

    def mismatch(self, what: str, expected: str, node: Node, path: Path) -> None:
        """Note that *node* has the wrong JSON type, unless a template fills it in later."""
        if isinstance(node, String) and UNKNOWN in node.value:
            return
        self.found("DATA_TYPE_MISMATCH", f"{what} must be {expected}.", node.place, path)

    def leaf(self, node: Node, what: str, path: Path) -> Leaf | None:
        """The text that *node* is; None, and a finding, where it is something else."""
        if isinstance(node, String):
            return Leaf(node.value, node.place, path)
        self.mismatch(what, "a string", node, path)
        return None

    def clause(self, node: Node, path: Path) -> Clause | None:
        """One statement."""
        if not isinstance(node, Object):
            self.mismatch("A statement", "a JSON object", node, path)
            return None
        members = self.members(node, ELEMENTS, path)
        for one, other in PAIRS:
            if one in members and other in members:
                told = f"A statement has {one} or {other}, not both; remove one of them."
                self.found("UNSUPPORTED_ELEMENT_COMBINATION", told, members[other].place, path)
        sid = self.leaf(members["Sid"], "Sid", (*path, "Sid")) if "Sid" in members else None
        effect = None
        if "Effect" not in members:
            told = "Add an Effect to the statement: Allow or Deny."
            self.found("MISSING_EFFECT", told, node.place, path)
        elif effect_leaf := self.leaf(members["Effect"], "Effect", (*path, "Effect")):
            effect = effect_leaf.text
            if effect not in {"Allow", "Deny"} and effect_leaf.known:
                told = f"The Effect {effect} is not valid; write Allow or Deny."
                self.found("INVALID_EFFECT", told, effect_leaf.place, effect_leaf.path)
        named = next((name for name in PRINCIPALS if name in members), "")
        return Clause(
            effect,
            sid,
            {name: self.element(name, members[name], path) for name in LISTS if name in members},
            tuple(self.principals(members[named], (*path, named))) if named else (),
            named,
            tuple(self.tests(members["Condition"], path)) if "Condition" in members else (),
            node.place,
            path,
        )

    def element(self, name: str, node: Node, path: Path) -> Element:
        """An element that lists texts."""
        place, path = node.place, (*path, name)
        leaves = tuple(self.texts(node, name, path))
        if isinstance(node, Array) and not node.items:
            told = f"The list of {name} is empty; give it a value or remove the statement."
            self.found(EMPTY_LISTS[name], told, place, path)
        return Element(name, leaves, place, path)

    def texts(self, node: Node, what: str, path: Path) -> Iterator[Leaf]:
        """The texts of a value that is one or a list of them."""
        if not isinstance(node, Array):
            if found := self.leaf(node, f"A value of {what}", path):
                yield found
            return
        for index, one in enumerate(node.items):
            where = (*path, index)
            if isinstance(one, String):
                yield Leaf(one.value, one.place, where)
            elif found := self.leaf(one, f"A value of {what}", where):
                yield found

    def principals(self, node: Node, path: Path) -> Iterator[Named]:
        """The values of Principal or NotPrincipal."""
        if isinstance(node, String):
            if UNKNOWN in node.value:
                return
            if node.value != "*":
                told = f'Write the principal with its type, such as {{"AWS": "{node.value}"}}.'
                self.found("INVALID_PRINCIPAL_FORMAT", told, node.place, path)
            else:
                yield Named("", Leaf(node.value, node.place, path))
            return
        if not isinstance(node, Object):
            self.mismatch(str(path[-1]), '"*" or an object of types', node, path)
            return
        if not node.members:
            told = "The principal names nobody; add one or remove the element."
            self.found("EMPTY_OBJECT_PRINCIPAL", told, node.place, path)
        for key, value in node.members:
            if key.value not in PRINCIPAL_TYPES:
                told = f"{key.value} is no type of principal; use {', '.join(PRINCIPAL_TYPES)}."
                self.found("INVALID_PRINCIPAL_KEY", told, key.place, (*path, key.value))
                continue
            if isinstance(value, Array) and not value.items:
                told = "The list of principals is empty; add one or remove it."
                self.found("EMPTY_ARRAY_PRINCIPAL", told, value.place, (*path, key.value))
            for leaf in self.texts(value, str(path[-1]), (*path, key.value)):
                yield Named(key.value, leaf)

    def tests(self, node: Node, path: Path) -> Iterator[Test]:
        """The conditions."""
        path = (*path, "Condition")
        if not isinstance(node, Object):
            self.mismatch("Condition", "an object of operators", node, path)
            return
        if not node.members:
            told = "The condition is empty; remove it, or add a key."
            self.found("EMPTY_OBJECT_CONDITION", told, node.place, path)
        for operator, keys in node.members:
            where = (*path, operator.value)
            if not isinstance(keys, Object):
                self.mismatch(f"The operator {operator.value}", "an object of keys", keys, where)
                continue
            for key, value in keys.members:
                at = (*where, key.value)
                yield Test(
                    Leaf(operator.value, operator.place, where),
                    Leaf(key.value, key.place, at),
                    tuple(self.values(value, at)),
                    value,
                )

    def values(self, node: Node, path: Path) -> Iterator[Leaf]:
        """The values of a condition: texts, numbers and booleans."""
        nodes = node.items if isinstance(node, Array) else (node,)
        for index, one in enumerate(nodes):
            where = (*path, index) if isinstance(node, Array) else path
            match one:
                case String():
                    yield Leaf(one.value, one.place, where)
                case Scalar(text) if text != "null":
                    yield Leaf(text, one.place, where)
                case _:
                    self.mismatch("A condition value", "a string, number or boolean", one, where)
