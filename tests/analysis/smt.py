"""Policies as formulas for Z3, straight from their JSON: another way to the same answers.

Texts only: StringEquals, StringLike and their negations, IfExists, Null, Bool as text. It knows
nothing of the code under test but the words of the policy language.
"""

import json

import z3

NO_COLON = z3.Star(z3.Intersect(z3.AllChar(z3.ReSort(z3.StringSort())), z3.Complement(z3.Re(":"))))
ANYTHING = z3.Full(z3.ReSort(z3.StringSort()))
ONE = z3.AllChar(z3.ReSort(z3.StringSort()))
ONE_NO_COLON = z3.Intersect(ONE, z3.Complement(z3.Re(":")))


def many(value):
    return value if isinstance(value, list) else [value]


def glob(pattern, *, colons=True):
    parts = [z3.Re("")]
    for letter in pattern:
        if letter == "*":
            parts.append(ANYTHING if colons else NO_COLON)
        elif letter == "?":
            parts.append(ONE if colons else ONE_NO_COLON)
        else:
            parts.append(z3.Re(letter))
    return z3.Concat(*parts) if len(parts) > 1 else parts[0]


def arn(pattern):
    if not pattern.startswith("arn:"):
        return glob(pattern)
    fields = pattern.split(":", 5)
    fields += ["*"] * (6 - len(fields))
    if fields[2] != "*" and ("*" in fields[2] or "?" in fields[2]):
        return None
    parts = []
    for number, field in enumerate(fields):
        parts += [z3.Re(":")] if number else []
        parts.append(glob(field, colons=number == 5))
    return z3.Concat(*parts)


class Asked:
    """The unknowns: a resource, and for each key whether it is there and what it holds."""

    def __init__(self):
        self.resource = z3.String("resource")
        self.keys = {}

    def key(self, name):
        name = name.lower()
        if name not in self.keys:
            self.keys[name] = (z3.Bool(f"has {name}"), z3.String(f"value {name}"))
        return self.keys[name]

    def typed(self):
        """Booleans hold one of two words; no text is empty."""
        found = []
        for name, (_, value) in self.keys.items():
            found.append(z3.Length(value) > 0)
            if name == "aws:securetransport":
                found.append(z3.Or(value == "true", value == "false"))
        return found


def covers_action(pattern, action):
    """Both in lower case; a wildcard crosses no colon, for there is one service in each pattern."""
    if pattern == "*":
        return True
    service, _, name = pattern.partition(":")
    asked, _, operation = action.partition(":")
    solver = z3.Solver()
    solver.add(z3.InRe(z3.StringVal(operation), glob(name)))
    return service == asked and solver.check() == z3.sat


def about_action(statement, action):
    if "Action" in statement:
        return any(covers_action(one.lower(), action) for one in many(statement["Action"]))
    return not any(covers_action(one.lower(), action) for one in many(statement["NotAction"]))


def about_resource(statement, asked):
    name = "Resource" if "Resource" in statement else "NotResource"
    patterns = many(statement[name])
    early = any(one.startswith("arn:") and one.count(":") < 5 for one in patterns)
    if name == "NotResource" and early and statement["Effect"] == "Allow":
        return z3.BoolVal(False)
    found = [one for one in map(arn, patterns) if one is not None]
    inside = z3.Or([z3.InRe(asked.resource, one) for one in found])
    return inside if name == "Resource" else z3.Not(inside)


def condition(operator, key, values, asked):
    there, value = asked.key(key)
    name = operator.lower()
    if name == "null":
        return z3.Or([z3.Not(there) if one == "true" else there for one in values])
    optional = name.endswith("ifexists")
    name = name.removesuffix("ifexists")
    negated = "not" in name
    if "like" in name:
        matches = z3.Or([z3.InRe(value, glob(one)) for one in values])
    else:
        matches = z3.Or([value == one for one in values])
    if negated:
        return z3.Or(z3.Not(there), z3.Not(matches))
    return z3.Or(z3.And(there, matches), z3.And(optional, z3.Not(there)))


def applies(statement, asked):
    found = [about_resource(statement, asked)]
    for operator, keys in statement.get("Condition", {}).items():
        for key, values in keys.items():
            found.append(condition(operator, key, many(values), asked))
    return z3.And(found)


def allows(document, action, asked):
    about = [one for one in document["Statement"] if about_action(one, action)]
    allow = z3.Or([applies(one, asked) for one in about if one["Effect"] == "Allow"])
    deny = z3.Or([applies(one, asked) for one in about if one["Effect"] == "Deny"])
    return z3.And(allow, z3.Not(deny))


def more(new, old, action, *, seconds):
    """Whether *new* allows *action* where *old* does not; None where Z3 does not know."""
    asked = Asked()
    solver = z3.Solver()
    solver.set("timeout", seconds * 1000)
    solver.add(allows(new, action, asked), z3.Not(allows(old, action, asked)), *asked.typed())
    answer = solver.check()
    return None if answer == z3.unknown else answer == z3.sat


def of(document):
    """A copy that shares nothing with *document*."""
    return json.loads(json.dumps(document))
