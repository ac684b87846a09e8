"""What the generator knows of condition keys: the values a request has, the operators that fit."""

from .patterns import with_variable
from .words import bent, fewer

STRINGS = ["red", "Red", "blue", "r*d", "alice"]
ARNS = [
    "arn:aws:sns:us-east-1:123456789012:t",
    "arn:aws:sns:eu-west-1:123456789012:t:u",
    "arn:aws:sns:us-east-1:123456789012:t:u",
    "arn:aws:s3:::b",
    "arn:aws:sns:us-east-1:210987654321:t",
]
ADDRESSES = [
    "192.0.2.1",
    "192.0.2.200",
    "10.1.2.3",
    "2001:db8::1",
    "2001:DB8:0:0::1",
    "2001:db8:1::5",
]
RANGES = [
    "192.0.2.0/24", "192.0.2.1", "192.0.2.129/25", "0.0.0.0/0", "10.0.0.0/8", "192.0.2.1/32",
    "2001:db8::/32", "2001:DB8::1", "2001:db8::/64", "::/0", "2001:db8::1/128",
]  # fmt: skip
NUMBERS = ["9", "10", "10.0", "100", "-1", "0"]
DATES = [
    "2026-01-01T00:00:00Z", "2026-01-01T02:00:00+02:00", "1767225600", "2026-01-01", "2026-06-30T12:00:00Z",
    "2025-12-31T23:59:59Z", "1767225601", "2026-01-01T01:00:00Z",
]  # fmt: skip
BINARIES = ["QQ==", "QUI=", "qq=="]
KINDS = {
    "string": (STRINGS, STRINGS),
    "arn": (ARNS, ARNS),
    "address": (ADDRESSES, RANGES),
    "number": (NUMBERS, NUMBERS),
    "date": (DATES, DATES),
    "bool": (["true", "false", "TRUE", "yes"], ["true", "false", "False"]),
    "binary": (BINARIES[:2], BINARIES[:2]),
}
# Key: kind, several values. The aws: keys are of the kind AWS gives them.
KEYS = {
    "aws:PrincipalTag/team": ("string", False),
    "aws:RequestTag/team": ("string", False),
    "aws:username": ("string", False),
    "aws:TagKeys": ("string", True),
    "aws:CalledVia": ("string", True),
    "aws:PrincipalArn": ("arn", False),
    "aws:SourceArn": ("arn", False),
    "app:Arns": ("arn", True),
    "aws:SourceIp": ("address", False),
    "app:Addresses": ("address", True),
    "aws:MultiFactorAuthAge": ("number", False),
    "app:Numbers": ("number", True),
    "aws:CurrentTime": ("date", False),
    "app:Dates": ("date", True),
    "aws:SecureTransport": ("bool", False),
    "app:Flags": ("bool", True),
    "app:Digest": ("binary", False),
}
RELATIONS = [
    "Equals",
    "NotEquals",
    "LessThan",
    "LessThanEquals",
    "GreaterThan",
    "GreaterThanEquals",
]
TEXTUAL = ["StringEquals", "StringNotEquals", "StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase", "StringLike", "StringNotLike"]  # fmt: skip
OPERATORS = {
    "string": TEXTUAL,
    "arn": [
        "ArnEquals",
        "ArnLike",
        "ArnNotEquals",
        "ArnNotLike",
        "StringLike",
        "StringEquals",
        "StringNotLike",
    ],
    "address": ["IpAddress", "NotIpAddress"],
    "number": [f"Numeric{relation}" for relation in RELATIONS],
    "date": [f"Date{relation}" for relation in RELATIONS],
    "bool": ["Bool"],
    "binary": ["BinaryEquals"],
}


def context(case):
    """The keys of the request: what follows from the caller, and a draw of the others."""
    rng, who = case.rng, case.who
    made = {}
    if who["type"] == "User":
        made["aws:username"] = who["arn"].rsplit("/", 1)[-1]
    if who["type"] not in ("Anonymous", "Service"):
        made["aws:PrincipalArn"] = who.get("role") or who["arn"]
    for key, (kind, several) in KEYS.items():
        if key in made or key in ("aws:username", "aws:PrincipalArn") or rng.random() < 0.35:
            continue
        values = KINDS[kind][0]
        if several:
            made[key] = [rng.choice(values) for _ in range(rng.choice([0, 1, 1, 2, 3]))]
            if kind == "string" and rng.random() < 0.08:
                made[key] = [""]
        else:
            made[key] = rng.choice(values)
    return {key.lower() if rng.random() < 0.3 else key: value for key, value in made.items()}


def changed(case, before):
    """The same keys with other values; what is empty stays so, for the policies are made for it."""
    made = {}
    kinds = {key.lower(): kind for key, kind in KEYS.items()}
    for key, value in before.items():
        kind, several = kinds[key.lower()]
        values = KINDS[kind][0]
        fixed = key.lower() in ("aws:username", "aws:principalarn") or value in ([], [""])
        if fixed or case.rng.random() < 0.3:
            made[key] = value
        else:
            made[key] = [case.rng.choice(values)] if several else case.rng.choice(values)
    return made


def condition(case):
    """A Condition element of one to three operators."""
    rng = case.rng
    made = {}
    have = {key.lower(): value for key, value in case.context.items()}
    for _ in range(rng.choice([1, 1, 1, 2, 3])):
        key = rng.choice(list(KEYS))
        kind, several = KEYS[key]
        value = have.get(key.lower())
        operator = _operator(rng, kind, several, value)
        wanted = _wanted(case, operator, kind, value)
        spelled = rng.choice([key, key, key.lower(), key.upper()])
        made.setdefault(operator, {})[spelled] = wanted
    return made


def _operator(rng, kind, several, value):
    """An operator that fits the kind; sets get a quantifier, mostly."""
    if rng.random() < 0.1 and value not in ([], [""]):
        return "Null"
    operator = rng.choice(OPERATORS[kind])
    exists = "IfExists" if rng.random() < 0.2 else ""
    quantifier = ""
    if (several and rng.random() < 0.9) or (value and rng.random() < 0.1) or value in ([], [""]):
        quantifier = rng.choice(["ForAllValues:", "ForAnyValue:"])
    if quantifier == "ForAnyValue:" and not value:
        exists = ""  # whether IfExists saves ForAnyValue from a missing key is not said
    if rng.random() < 0.01:
        operator = "StringSounds"
    operator = quantifier + operator + exists
    return operator.lower() if rng.random() < 0.03 else operator


def _wanted(case, operator, kind, value):
    rng = case.rng
    if operator == "Null":
        return rng.choice(["true", "false", ["true"], "True"])
    values = KINDS[kind][1]
    own = value if isinstance(value, list) else [value] if value else []
    found = []
    for _ in range(rng.choice([1, 1, 2, 3])):
        text = rng.choice(own) if own and rng.random() < 0.5 else rng.choice(values)
        if kind == "bool" and text == "yes":
            text = "true"
        if kind in ("string", "arn"):
            text = _bent(case, operator.lower(), kind, text)
        if kind == "number" and rng.random() < 0.2:
            text = "many"
        found.append(text)
    return found[0] if len(found) == 1 and rng.random() < 0.6 else found


def _bent(case, operator, kind, text):
    """Wildcards, variables and other case, where they mean something or must mean nothing."""
    rng = case.rng
    if rng.random() < 0.15:
        text = text.swapcase()
    arn = "arn" in operator.split(":")[-1]
    if "variables" in case.features and rng.random() < 0.4:
        if not arn:
            return with_variable(case, text)
        head, last = text.rsplit(":", 1)
        return f"{head}:{with_variable(case, last)}"
    if "wildcards" in case.features and rng.random() < 0.6:
        if not arn:
            return bent(rng, text)
        if text.count(":") > 5 and rng.random() < 0.5:
            return fewer(rng, text)
        return ":".join(
            bent(rng, field) if rng.random() < 0.3 else field for field in text.split(":")
        )
    return text
