"""`Fn::ForEach`: one member written once, made once for each item of a collection.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-foreach.html
"""

import re
from collections.abc import Mapping

from doorward.services.cloudformation.template.bounds import KEYS, NODES
from doorward.services.cloudformation.template.declarations import text
from doorward.services.cloudformation.template.document import Value
from doorward.services.cloudformation.template.errors import TemplateFormatError, ValidationError
from doorward.services.cloudformation.template.evaluate import Budget, Evaluator

PREFIX = "Fn::ForEach::"
IDENTIFIER = re.compile(r"[A-Za-z0-9]{1,255}")
UNSAFE = re.compile(r"[^A-Za-z0-9]")
PARTS = 3


class Malformed(ValidationError):
    """A loop is not what it must be; the sentence is assumed."""

    def __init__(self, name: str, problem: str) -> None:
        super().__init__(f"{name[:255]} layout is incorrect: {problem}")


class Loops:
    """Expands the loops in the body of one template.

    Args:
        evaluator: for collections, which may refer to parameters and mappings.
    """

    def __init__(self, evaluator: Evaluator) -> None:
        self.evaluator = evaluator
        self.nodes = 0
        self.budget = Budget()

    def expanded(self, value: Value) -> Value:
        """*value* with the members that its loops make in their places.

        Raises:
            ValidationError: a loop is malformed, makes a key twice, or makes too much.
        """
        self.count()
        if isinstance(value, list):
            return [self.expanded(item) for item in value]
        if not isinstance(value, dict):
            return value
        found: dict[str, Value] = {}
        for key, item in value.items():
            made = self.loop(key, item) if key.startswith(PREFIX) else {key: self.expanded(item)}
            for name, one in made.items():
                if name in found:
                    raise TemplateFormatError(f"Duplicate key {name[:255]} made by Fn::ForEach")
                found[name] = one
            if len(found) > max(KEYS, len(value)):
                raise TemplateFormatError(f"Fn::ForEach makes more than {KEYS} members")
        return found

    def loop(self, name: str, argument: Value) -> dict[str, Value]:
        """The members that one loop makes."""
        if not isinstance(argument, list) or len(argument) != PARTS:
            raise Malformed(name, "expected an identifier, a collection and a fragment")
        identifier, collection, fragment = argument
        if not isinstance(identifier, str) or not IDENTIFIER.fullmatch(identifier):
            raise Malformed(name, "the identifier must be alphanumeric")
        if not isinstance(fragment, dict) or len(fragment) != 1:
            raise Malformed(name, "the fragment must have one key")
        (key,) = fragment
        marks = (f"${{{identifier}}}", f"&{{{identifier}}}")
        if not key.startswith(PREFIX) and not any(mark in key for mark in marks):
            raise Malformed(name, f"the key must have ${{{identifier}}} in it")
        found: dict[str, Value] = {}
        for item in self.items(name, collection):
            made = self.expanded(self.substituted(fragment, identifier, item))
            if twice := found.keys() & made.keys():
                raise TemplateFormatError(f"Duplicate key {min(twice)[:255]} made by {name[:255]}")
            found |= made
        return found

    def items(self, name: str, collection: Value) -> list[str]:
        """The strings of a collection, each once."""
        found = self.evaluator.value(collection)
        if not isinstance(found, list):
            raise Malformed(name, "the collection must be a list of strings")
        items = [text(item) for item in found]
        strings = [item for item in items if item is not None]
        if len(strings) != len(items):
            raise Malformed(name, "the collection must be a list of strings")
        return list(dict.fromkeys(strings))

    def substituted(self, value: Value, identifier: str, item: str) -> Value:
        """*value* with *item* where it names *identifier*."""
        self.count()
        if isinstance(value, str):
            return self.string(value, identifier, item)
        if isinstance(value, list):
            return [self.substituted(one, identifier, item) for one in value]
        if isinstance(value, dict):
            if value == {"Ref": identifier}:
                return item
            return {
                self.string(key, identifier, item): self.substituted(one, identifier, item)
                for key, one in value.items()
            }
        return value

    def string(self, value: str, identifier: str, item: str) -> str:
        """*value* with `${identifier}` as the item, `&{identifier}` as its letters and digits."""
        if identifier not in value:
            self.budget.spend(len(value))
            return value
        marks: Mapping[str, str] = {
            f"${{{identifier}}}": item,
            f"&{{{identifier}}}": UNSAFE.sub("", item),
        }
        for mark, written in marks.items():
            self.budget.spend(len(value) + value.count(mark) * len(written))
            value = value.replace(mark, written)
        return value

    def count(self) -> None:
        """Note one more value.

        Raises:
            TemplateFormatError: there are too many.
        """
        self.nodes += 1
        if self.nodes > NODES:
            raise TemplateFormatError(f"Fn::ForEach makes more than {NODES} values")
