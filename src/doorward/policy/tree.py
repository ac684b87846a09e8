"""JSON nodes to the nodes of a policy."""

from doorward.policy.document import (
    Condition,
    Effect,
    Policy,
    PrincipalEntry,
    Principals,
    Statement,
    Text,
    Texts,
    Version,
)
from doorward.policy.errors import (
    InvalidValue,
    MissingElement,
    PolicySyntaxError,
    UnknownElement,
    shown,
)
from doorward.policy.json import Array, Node, Object, Scalar, String

TOP = frozenset({"Version", "Id", "Statement"})
ELEMENTS = frozenset(
    {
        "Sid",
        "Effect",
        "Principal",
        "NotPrincipal",
        "Action",
        "NotAction",
        "Resource",
        "NotResource",
        "Condition",
    }
)
EXCLUSIVE = (("Action", "NotAction"), ("Resource", "NotResource"), ("Principal", "NotPrincipal"))
PRINCIPAL_TYPES = frozenset({"AWS", "Service", "Federated", "CanonicalUser"})
EFFECTS = {effect.value: effect for effect in Effect}
MISCASED_EFFECTS = {effect.value.lower(): effect for effect in Effect}
VERSIONS = {version.value: version for version in Version}


class Tree:
    """Builds the tree of one text. `miscased` collects Effects that are right but for their case.

    Each method takes the JSON node of one element, None where it was not written.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.miscased: list[InvalidValue] = []

    def policy(self, node: Node) -> Policy:
        """The whole document."""
        members = self._members(node, "a policy", TOP)
        if "Statement" not in members:
            raise MissingElement("a policy", "Statement", node.place, self.text)
        found = members["Statement"]
        nodes = found.items if isinstance(found, Array) else (found,)
        return Policy(
            statements=tuple(self._statement(item, index) for index, item in enumerate(nodes)),
            version=self._version(members.get("Version")),
            id=self._string(members.get("Id"), "Id"),
            listed=isinstance(found, Array),
            text=self.text,
        )

    def _members(self, node: Node, where: str, known: frozenset[str]) -> dict[str, Node]:
        if not isinstance(node, Object):
            raise PolicySyntaxError(f"{where} must be a JSON object", node.place, self.text)
        for key, _ in node.members:
            if key.value not in known:
                raise UnknownElement(where, key.value, key.place, self.text)
        return {key.value: member for key, member in node.members}

    def _invalid(
        self, node: Node, element: str, expected: str, value: str | None = None
    ) -> InvalidValue:
        return InvalidValue(element, f"{element} must be {expected}", node.place, self.text, value)

    def _version(self, node: Node | None) -> Version | None:
        if node is None:
            return None
        value = node.value if isinstance(node, String) else None
        if value not in VERSIONS:
            raise self._invalid(node, "Version", "`2012-10-17` or `2008-10-17`", value)
        return VERSIONS[value]

    def _string(self, node: Node | None, element: str) -> Text | None:
        if node is None:
            return None
        if not isinstance(node, String):
            raise self._invalid(node, element, "a string")
        return Text(node.value, node.place)

    def _statement(self, node: Node, index: int) -> Statement:
        members = self._members(node, "a statement", ELEMENTS)
        for one, other in EXCLUSIVE:
            if one in members and other in members:
                problem = f"a statement has {one} or {other}, not both"
                raise PolicySyntaxError(problem, members[other].place, self.text)
        if "Effect" not in members:
            raise MissingElement("a statement", "Effect", node.place, self.text)
        return Statement(
            effect=self._effect(members["Effect"]),
            index=index,
            sid=self._string(members.get("Sid"), "Sid"),
            principals=self._principals(members.get("Principal"), "Principal"),
            not_principals=self._principals(members.get("NotPrincipal"), "NotPrincipal"),
            actions=self._texts(members.get("Action"), "Action"),
            not_actions=self._texts(members.get("NotAction"), "NotAction"),
            resources=self._texts(members.get("Resource"), "Resource"),
            not_resources=self._texts(members.get("NotResource"), "NotResource"),
            conditions=self._conditions(members.get("Condition")),
            place=node.place,
        )

    def _effect(self, node: Node) -> Effect:
        value = node.value if isinstance(node, String) else None
        if value in EFFECTS:
            return EFFECTS[value]
        error = self._invalid(node, "Effect", "`Allow` or `Deny`", value)
        if value is None or value.lower() not in MISCASED_EFFECTS:
            raise error
        self.miscased.append(error)
        return MISCASED_EFFECTS[value.lower()]

    def _texts(self, node: Node | None, element: str) -> Texts | None:
        if node is None:
            return None
        if isinstance(node, Array):
            items = tuple(self._item(item, element) for item in node.items)
            return Texts(items, listed=True, place=node.place)
        if not isinstance(node, String):
            raise self._invalid(node, element, "a string or a list of strings")
        return Texts((Text(node.value, node.place),), listed=False, place=node.place)

    def _item(self, node: Node, element: str) -> Text:
        """One item of a list; AWS takes a null among resources, which matches nothing."""
        match node:
            case String():
                return Text(node.value, node.place)
            case Scalar("null") if element in {"Resource", "NotResource"}:
                return Text(node.text, node.place, json=node.text)
            case _:
                raise self._invalid(node, element, "a list of strings")

    def _principals(self, node: Node | None, element: str) -> Principals | None:
        if node is None:
            return None
        if isinstance(node, String) and node.value == "*":
            return Principals((), everyone=True, place=node.place)
        if not isinstance(node, Object):
            raise self._invalid(node, element, '`"*"` or an object such as `{"AWS": "…"}`')
        entries: list[PrincipalEntry] = []
        for key, member in node.members:
            if key.value not in PRINCIPAL_TYPES:
                problem = f"there is no principal type `{shown(key.value)}`"
                raise InvalidValue(element, problem, key.place, self.text, key.value)
            if values := self._texts(member, key.value):
                entries.append(PrincipalEntry(Text(key.value, key.place), values))
        return Principals(tuple(entries), everyone=False, place=node.place)

    def _conditions(self, node: Node | None) -> tuple[Condition, ...] | None:
        if node is None:
            return None
        if not isinstance(node, Object):
            raise self._invalid(node, "Condition", "an object of operators")
        found: list[Condition] = []
        for operator, keys in node.members:
            if not isinstance(keys, Object):
                what = f"a condition operator such as `{shown(operator.value)}`"
                raise self._invalid(keys, what, "an object of keys")
            for key, values in keys.members:
                condition = Condition(
                    Text(operator.value, operator.place),
                    Text(key.value, key.place),
                    self._values(values),
                )
                found.append(condition)
        return tuple(found)

    def _values(self, node: Node) -> Texts:
        if isinstance(node, Array):
            items = tuple(self._value(item) for item in node.items)
            return Texts(items, listed=True, place=node.place)
        return Texts((self._value(node),), listed=False, place=node.place)

    def _value(self, node: Node) -> Text:
        match node:
            case String():
                return Text(node.value, node.place)
            case Scalar(text) if text != "null":
                return Text(text, node.place, json=text)
            case _:
                raise self._invalid(node, "a condition value", "a string, number or boolean")
