"""Faults for the mutant gate: what stands in the engine, and what a slip could make of it.

Each text stands exactly once in the engine's file; `mutants.py` says which does not any more.
"""

from typing import NamedTuple


class Fault(NamedTuple):
    """One fault: in *file* of the engine, *old* becomes *new*."""

    name: str
    file: str
    old: str
    new: str


LEVEL = "    for level in {}(request, policies):\n        found += denies(request, action, level)\n"
LEVELS = [
    Fault(f"a deny of {kind} is lost", "evaluate.py", text, new)
    for kind, text, new in [
        ("RCPs", LEVEL.format("resource_control"), ""), ("SCPs", LEVEL.format("service_control"), ""),
        ("the endpoint", "found += denies_caller(request, action, policies.endpoint, has_boundary=bounded)", "pass"),
        ("the resource", "found += denies_caller(request, action, own, has_boundary=bounded)", "pass"),
        ("the identity", "    found += denies(request, action, from_identity(request, policies))\n", ""),
        ("the boundary", "found += denies(request, action, policies.boundary)", "pass"),
        ("the session", "found += denies(request, action, policies.session)", "pass"),
    ]
]  # fmt: skip

DECISION = [
    Fault("no deny counts", "evaluate.py", "    if denied:\n        return Decision(EXPLICIT", "    if False:\n        return Decision(EXPLICIT"),
    Fault("one level of SCPs is enough", "evaluate.py", "all(allows(request, action, level) for level in scps)", "(not scps or any(allows(request, action, level) for level in scps))"),
    Fault("only the account's SCPs count", "evaluate.py", "all(allows(request, action, level) for level in scps)", "(not scps or allows(request, action, scps[-1]))"),
    Fault("no SCP has to allow", "evaluate.py", "all(allows(request, action, level) for level in scps)", "True"),
    Fault("an endpoint policy need not allow", "evaluate.py", "if policies.endpoint is not None and not allows_caller(request, action, policies.endpoint)[0]:", "if False:"),
    Fault("RCPs hit service-linked roles", "evaluate.py", "if policies.rcps is None or request.principal.service_linked:", "if policies.rcps is None:"),
    Fault("RCPs spare services", "evaluate.py", "if policies.rcps is None or request.principal.service_linked:", "if policies.rcps is None or request.principal.service_linked or request.principal.kind in UNLIMITED:"),
    Fault("SCPs hit service-linked roles", "evaluate.py", "caller.kind in UNLIMITED or caller.service_linked:", "caller.kind in UNLIMITED:"),
    Fault("SCPs hit services and strangers", "evaluate.py", "caller.kind in UNLIMITED or caller.service_linked:", "caller.service_linked:"),
    Fault("SCPs spare the root user", "evaluate.py", "caller.kind in UNLIMITED or caller.service_linked:", "caller.kind in (*UNLIMITED, ROOT) or caller.service_linked:"),
    Fault("the root user can be locked out of a bucket policy", "evaluate.py", "if root and caller.account == owner(request):", "if False:"),
    Fault("any root user gets at a bucket policy", "evaluate.py", "if root and caller.account == owner(request):", "if root:"),
    Fault("a boundary does not limit", "evaluate.py", "if policies.boundary is not None and not allows(request, action, policies.boundary):", "if False:"),
    Fault("a session policy does not limit", "evaluate.py", "if limited and not allows(request, action, policies.session):", "if federated and not allows(request, action, policies.session):"),
    Fault("a federated user needs no session policy", "evaluate.py", "limited = policies.session is not None or federated", "limited = policies.session is not None"),
    Fault("the root user assumes roles", "evaluate.py", "if caller.kind is ROOT and kind is TRUST:", "if False:"),
    Fault("two accounts are one", "evaluate.py", "across = caller.account != owner(request)", "across = False"),
    Fault("every resource is another account's", "evaluate.py", "across = caller.account != owner(request)", "across = True"),
    Fault("across accounts the identity is enough", "evaluate.py", "(across or resource_must_allow(request, action, kind))", "resource_must_allow(request, action, kind)"),
    Fault("across accounts a named caller is enough", "evaluate.py", "    if not across:\n", "    if True:\n"),
    Fault("a named role is not limited", "evaluate.py", "        if close is ROLE:\n            return limiting(request, action, policies)", "        if close is ROLE:\n            return []"),
    Fault("a named caller is limited", "evaluate.py", "        if close is DIRECT:\n            return []", "        if close is DIRECT:\n            return limiting(request, action, policies)"),
    Fault("a named role needs its identity", "evaluate.py", "        if close is ROLE:\n            return limiting(request, action, policies)", ""),
    Fault("a trust policy need not allow", "evaluate.py", "    if kind is TRUST:\n        return True", "    if kind is TRUST:\n        return False"),
    Fault("a key policy need not allow", "evaluate.py", 'return action.startswith("kms:") and may_be_key(request.resource)', "return False"),
    Fault("an alias is asked as a key", "evaluate.py", 'action.startswith("kms:") and may_be_key(request.resource)', 'action.startswith("kms:")'),
    Fault("the root user needs a policy", "evaluate.py", "if not identity and not is_root(caller):", "if not identity:"),
    Fault("an identity needs no policy", "evaluate.py", "if not identity and not is_root(caller):", "if False:"),
    Fault("what AWS keeps can be changed", "evaluate.py", "if kept_by_aws(action, request.resource):", "if False:"),
    Fault("asking who one is needs a permission", "evaluate.py", "if action in OPEN and", "if False and"),
    Fault("services need no resource policy", "evaluate.py", "return [] if close is DIRECT else [kind]", "return []"),
    Fault("services are never let in", "evaluate.py", "return [] if close is DIRECT else [kind]", "return [kind]"),
    Fault("a federated root user needs a policy", "ownership.py", 'return federated and (caller.user_arn or "").endswith(":root")', "return False"),
    Fault("the owner told is not heard", "ownership.py", "if request.resource_account:", "if False:"),
    Fault("the account in an ARN is not read", "ownership.py", "if found is not None and is_account(found.account):", "if False:"),
]  # fmt: skip

PRINCIPALS = [
    Fault("the star in a list means nobody", "principals.py", 'if value == "*":', "if False:"),
    Fault("any partition's root is the account", "principals.py", "return (found.partition, found.account) == (own.partition, caller.account)", "return found.account == caller.account"),
    Fault("any account's number is the caller's", "principals.py", "return value == caller.account", "return True"),
    Fault("an account's number means nobody", "principals.py", "return value == caller.account", "return False"),
    Fault("a root ARN means only the root user", "principals.py", '(found.service, found.resource) != ("iam", "root"):', "True:"),
    Fault("any ARN of the account is the account", "principals.py", '(found.service, found.resource) != ("iam", "root"):', "False:"),
    Fault("naming the account names the caller", "principals.py", "else ACCOUNT", "else DIRECT"),
    Fault("the number of an account is not its root", "principals.py", "return DIRECT if caller.kind is PrincipalKind.ROOT else ACCOUNT", "return ACCOUNT"),
    Fault("a role does not mean its sessions", "principals.py", "if value in (caller.role_arn, caller.user_arn)", "if value == caller.user_arn"),
    Fault("a user does not mean its federated sessions", "principals.py", "if value in (caller.role_arn, caller.user_arn)", "if value == caller.role_arn"),
    Fault("user names ignore case", "principals.py", "if value in (caller.arn, caller.unique_id):", "if value.lower() == caller.arn.lower() or value == caller.unique_id:"),
    Fault("a session of any name is the session", "principals.py", "if value in (caller.arn, caller.unique_id):", 'if value.rpartition("/")[0] == caller.arn.rpartition("/")[0] != "" or value == caller.unique_id:'),
    Fault("unique ids mean nobody", "principals.py", "if value in (caller.arn, caller.unique_id):", "if value == caller.arn:"),
    Fault("the id of a role names the session", "principals.py", "session = caller.kind is ROLE_SESSION and value == caller.unique_id", "session = False"),
    Fault("an Allow ignores the case of roles", "principals.py", "if fold and caller.role_arn is not None and", "if caller.role_arn is not None and"),
    Fault("a Deny heeds the case of roles", "principals.py", "if fold and caller.role_arn is not None and", "if False and"),
    Fault("a role of any account has the name", "principals.py", "(role.partition, role.account) == (session.partition, session.account)\n        and ", ""),
    Fault("a boundary does not undo NotPrincipal", "principals.py", "if statement.deny and has_boundary:", "if False:"),
    Fault("NotPrincipal spares whose role is listed", "principals.py", "return itself <= grades", "return bool(itself & grades)"),
    Fault("NotPrincipal spares the whole account", "principals.py", "return DIRECT in grades", "return bool(grades - {NONE})"),
    Fault("NotPrincipal spares nobody", "principals.py", "return NONE if exempt(", "return DIRECT if exempt("),
    Fault("a statement without Principal is for all", "principals.py", "return DIRECT if endpoint else NONE", "return DIRECT"),
    Fault("any service is the service", "principals.py", "same = caller.kind is PrincipalKind.SERVICE and value == caller.arn", "same = caller.kind is PrincipalKind.SERVICE"),
    Fault("any provider is the provider", "principals.py", "same = caller.kind in PROVIDERS and value == caller.arn", "same = caller.kind in PROVIDERS"),
    Fault("the last statement says how close", "findings.py", "closest = max(closest, close)", "closest = close"),
    Fault("an Allow does not look at Principal", "findings.py", "if close is UNNAMED:", "if False:"),
    Fault("a Deny does not look at Principal", "findings.py", "        if grade(one, request.principal, has_boundary=has_boundary) is not UNNAMED\n", ""),
]  # fmt: skip

STATEMENTS = [
    Fault("NotAction is Action", "statement.py", "return not _any_action(", "return _any_action("),
    Fault("a wildcard service lets in", "statement.py", "_any_action(self.actions, action, loose=self.deny)", "_any_action(self.actions, action, loose=True)"),
    Fault("a wildcard service keeps nobody out", "statement.py", "_any_action(self.actions, action, loose=self.deny)", "_any_action(self.actions, action, loose=False)"),
    Fault("actions heed case", "statement.py", "match.wild(text.value.lower())", "match.wild(text.value)"),
    Fault("a Deny falls for a variable without value", "statement.py", "if not self.deny and (not one.has_value", "if (not one.has_value"),
    Fault("an Allow leaves over what has no value", "statement.py", "if not self.deny and (not one.has_value", "if False and (not one.has_value"),
    Fault("NotResource is Resource", "statement.py", "            if not unknown and one.covers(resource, context, wholly=self.deny):\n                return False\n            if not self.deny", "            if not unknown and one.covers(resource, context, wholly=self.deny):\n                return True\n            if not self.deny"),
    Fault("no Resource means all", "statement.py", "return self.deny or self.match.kind in ATTACHED", "return True"),
    Fault("one condition is enough", "statement.py", "            if not answer:\n                return False\n        return True", "            if answer:\n                return True\n        return not self.tests"),
    Fault("an unknown operator lets in", "statement.py", "answer = self.deny", "answer = True"),
    Fault("an unknown operator keeps nobody out", "statement.py", "answer = self.deny", "answer = False"),
    Fault("resources have no variables", "statement.py", "allowed = variables and at >= 0", "allowed = False and at >= 0"),
    Fault("old policies have variables", "compile.py", "variables=named.policy.version is Version.NEW", "variables=True"),
    Fault("one action's index answers for all", "compile.py", "index = self._allowing.get(action)", "index = next(iter(self._allowing.values()), None)"),
    Fault("statements without Resource leave the index", "index.py", "            if statement.resources is None:\n                self._always.append(statement)\n", "            if statement.resources is None:\n"),
    Fault("pieces are not looked up", "index.py", "        if self._by_piece:\n            for piece", "        if False:\n            for piece"),
    Fault("a whole resource is no beginning", "index.py", "if length > len(resource):", "if length >= len(resource):"),
]  # fmt: skip

TEXT = [
    Fault("ends may overlap", "match.py", "if end < at or not _same(head", "if not _same(head"),
    Fault("the end is not compared", "match.py", " or not _same(tail, text[end:])", ""),
    Fault("a question mark is itself", "match.py", "return all(wanted in (ONE, found)", "return all(wanted in (found, found)"),
    Fault("a question mark may be nothing", "match.py", "    if len(run) != len(text):\n        return False\n    return all(wanted in (ONE, found) for wanted, found in zip(run, text, strict=True))", "    if len(run) < len(text):\n        return False\n    return all(wanted in (ONE, found) for wanted, found in zip(run, text))"),
    Fault("a question mark between stars is itself", "match.py", "anything |= 1 << at", "anything |= 0"),
    Fault("runs between stars in any order", "match.py", "at = _find(run, text, at, end)", "at = _find(run, text, len(head), end)"),
    Fault("runs reach into the end", "match.py", "return text.find(run, start, end)", "return text.find(run, start)"),
    Fault("a star crosses colons", "match.py", "        if not flat:\n            self.fields = tuple(fields)", "        if not flat:\n            self.fields = ()"),
    Fault("a resource is split at every colon", "match.py", 'found = resource.split(":", FIELDS - 1)', 'found = resource.split(":")'),
    Fault("short ARNs are not filled up", "match.py", "        case EarlyEnd.PAD:\n            return True", "        case EarlyEnd.PAD:\n            return False"),
    Fault("the star is no action", "match.py", "    if pattern == ANY:\n        return True\n    service", "    if pattern == ANY:\n        return False\n    service"),
    Fault("any service's action of that name", "match.py", "(service == asked or (loose", "(True or (loose"),
    Fault("a star anywhere means any ending", "match.py", "self.open_ended = flat and self.rest == ANY", "self.open_ended = flat and ANY in self.rest"),
    Fault("resources ignore case", "match.py", "return glob(self.rest, resource[len(self.prefix) :])", "return glob(self.rest.lower(), resource[len(self.prefix) :].lower())"),
    Fault("a value brings wildcards", "variables.py", "resolved.append(value)", "resolved.append(wild(value))"),
    Fault("a default wins", "variables.py", "        if value is None:\n            value = part.default\n", "        value = part.default or value\n        if value is None:\n            pass\n"),
    Fault("defaults are not used", "variables.py", "            value = part.default\n", "            return None\n"),
    Fault("no value is no text", "variables.py", "if not isinstance(value, str) or is_wild(value):\n            return None", "if not isinstance(value, str):\n            value = ''"),
    Fault("a set's first value is its value", "variables.py", "if not isinstance(value, str) or is_wild(value):", "value = value[0] if value and isinstance(value, tuple) else value\n        if not isinstance(value, str):"),
    Fault("${?} is unknown", "variables.py", 'frozenset("*?$")', 'frozenset("*$")'),
    Fault("${*} is a wildcard", "variables.py", "    if inside in LITERALS:\n        return inside", "    if inside in LITERALS:\n        return wild(inside)"),
    Fault("variables heed case", "variables.py", "return Variable(inside.strip().lower(), None,", "return Variable(inside.strip(), None,"),
    Fault("spaces belong to the name", "variables.py", "return Variable(inside.strip().lower(), None,", "return Variable(inside.lower(), None,"),
]  # fmt: skip

CONDITIONS = [
    Fault("ForAllValues fails of nothing", "conditions/combine.py", "return not any(values) or _every(", "return any(values) and _every("),
    Fault("the empty text is a value to ForAllValues", "conditions/combine.py", "return not any(values) or _every(", "return not values or _every("),
    Fault("ForAllValues is ForAnyValue", "conditions/combine.py", "return not any(values) or _every(", "return not any(values) or any("),
    Fault("ForAnyValue is ForAllValues", "conditions/combine.py", "        if answer:\n            return True\n        untold = untold or answer is None\n    return None if untold else False", "        if not answer:\n            return False\n    return True"),
    Fault("ForAnyValue holds of nothing", "conditions/combine.py", "    if not values:\n        return asked.if_exists", "    if not values:\n        return True"),
    Fault("IfExists says nothing", "conditions/combine.py", "return asked.if_exists or operator.negated", "return operator.negated"),
    Fault("a negation fails of an absent key", "conditions/combine.py", "return asked.if_exists or operator.negated", "return asked.if_exists"),
    Fault("an absent key satisfies", "conditions/combine.py", "return asked.if_exists or operator.negated", "return True"),
    Fault("sets need no set operator", "conditions/combine.py", "    return _one(asked, operator, value, context) if isinstance(value, str) else False", "    return any(_one(asked, operator, v, context) for v in ((value,) if isinstance(value, str) else value))"),
    Fault("Null is turned round", "conditions/combine.py", 'absent = "true" if value is None or value == () else "false"', 'absent = "false" if value is None or value == () else "true"'),
    Fault("keys heed case", "conditions/combine.py", "key = condition.key.value.lower()", "key = condition.key.value"),
    Fault("operators heed case", "conditions/combine.py", "name = condition.operator.value.lower()", 'name = condition.operator.value.lower() if condition.operator.value != condition.operator.value.lower() else ""'),
    Fault("a negation needs one miss", "conditions/combine.py", "        if answer:\n            return not operator.negated", "        if answer is not operator.negated:\n            return True"),
    Fault("negations never hold", "conditions/combine.py", "return (comparable or None) if operator.negated else False", "return False"),
    Fault("what cannot be compared satisfies a negation", "conditions/combine.py", "return (comparable or None) if operator.negated else False", "return operator.negated"),
    Fault("what cannot be compared fails a negated Deny", "conditions/combine.py", "return (comparable or None) if operator.negated else False", "return comparable and operator.negated"),
    Fault("negations are not", "conditions/registry.py", "Operator(negation, question, True, wildcards, variables)", "Operator(negation, question, False, wildcards, variables)"),
    Fault("operators know no variables", "conditions/combine.py", "expands = variables and operator is not None and operator.variables", "expands = False"),
]  # fmt: skip

SIGNS = {"less_than": ("<", "<="), "less_than_equals": ("<=", "<"), "greater_than": (">", ">="), "greater_than_equals": (">=", ">")}  # fmt: skip
OPERATORS = [
    *(
        Fault(f"{wrong} for {sign} in {file}", f"conditions/{file}.py", f"left {sign} right\n", f"left {wrong} right\n")
        for file in ("numbers", "dates")
        for sign, wrong in SIGNS.values()
        if sign in ("<", ">", "<=", ">=")
    ),
    Fault("numbers are equal as text", "conditions/numbers.py", "left == right", "request == policy"),
    Fault("dates are equal as text", "conditions/dates.py", "left == right", "request == policy"),
    Fault("text is the number nought", "conditions/numbers.py", "        return None\n    return Decimal", "        return Decimal(0)\n    return Decimal"),
    Fault("epochs are milliseconds", "conditions/dates.py", "        return seconds\n", "        return seconds / 1000\n"),
    Fault("zones are not heard", "conditions/dates.py", "aware = found if found.tzinfo else found.replace(tzinfo=UTC)", "aware = found.replace(tzinfo=UTC)"),
    Fault("StringEquals ignores case", "conditions/strings.py", "return request == policy", "return request.lower() == policy.lower()"),
    Fault("StringEquals has wildcards", "conditions/strings.py", '@register("StringEquals", "StringNotEquals", variables=True)\ndef equals(request: str, policy: str) -> bool:', '@register("StringEquals", "StringNotEquals", wildcards=True, variables=True)\ndef equals(request: str, policy: str) -> bool:\n    return glob(policy, request)\n\n\ndef plain(request: str, policy: str) -> bool:'),
    Fault("IgnoreCase heeds case", "conditions/strings.py", "request.casefold() == policy.casefold()", "request == policy"),
    Fault("StringLike has no wildcards", "conditions/strings.py", '"StringNotLike", wildcards=True', '"StringNotLike", wildcards=False'),
    Fault("StringLike ignores case", "conditions/strings.py", "return glob(policy, request)", "return glob(policy.lower(), request.lower())"),
    Fault("an ARN's wildcard crosses colons", "conditions/arns.py", "return all(glob(pattern, text) for pattern, text in zip(wanted, found, strict=True))", "return glob(policy, request)"),
    Fault("an ARN's resource is not compared", "conditions/arns.py", "zip(wanted, found, strict=True)", "zip(wanted[:5], found[:5], strict=True)"),
    Fault("an ARN's account is not compared", "conditions/arns.py", "zip(wanted, found, strict=True)", "zip(wanted[:4] + wanted[5:], found[:4] + found[5:], strict=True)"),
    Fault("ArnEquals has no wildcards", "conditions/arns.py", '@register("ArnEquals", "ArnNotEquals", wildcards=True', '@register("ArnEquals", "ArnNotEquals", wildcards=False'),
    Fault("Bool heeds case", "conditions/booleans.py", "request.lower() == policy.lower()", "request == policy"),
    Fault("Bool holds of true", "conditions/booleans.py", "request.lower() == policy.lower()", 'request.lower() == "true"'),
    Fault("bytes are always equal", "conditions/binary.py", "return base64.b64decode(request, validate=True) == base64.b64decode(policy, validate=True)", "return True"),
    Fault("host bits spoil a block", "conditions/addresses.py", "ip_network(text.strip(), strict=False)", "ip_network(text.strip())"),
    Fault("a block is its first address", "conditions/addresses.py", "asked in block", "asked == block.network_address"),
    Fault("every address is inside", "conditions/addresses.py", "return asked.version == block.version and asked in block", "return asked.version == block.version"),
]  # fmt: skip

FAULTS = [*LEVELS, *DECISION, *PRINCIPALS, *STATEMENTS, *TEXT, *CONDITIONS, *OPERATORS]
