"""What one pattern, action, operator or condition means, by AWS's pages: part of `evaluator`."""

import base64
import datetime as dt
import fractions
import ipaddress


def tokens(text, case, version):
    """*text* as (character, is a wildcard) pairs; None where a variable in it has no value."""
    found, rest = [], text
    while rest:
        # [variables] Only version 2012-10-17 knows variables; in an older one they are plain text.
        if version != "2012-10-17" or not rest.startswith("${") or "}" not in rest:
            found.append((rest[0], rest[0] in "*?"))
            rest = rest[1:]
            continue
        inside, rest = rest[2:].split("}", 1)
        name, _, default = inside.partition(",")
        value = case["context"].get(name.strip().lower())
        if inside in ("*", "?", "$"):
            value = inside  # [variables] ${*}, ${?} and ${$} stand for the bare character.
        # [variables] A default in quotes fills in for a missing key.
        elif value is None and default:
            value = default.strip()[1:-1]
        # [variables] A key with several values is no variable; nor is an absent one.
        if not isinstance(value, str):
            return None
        # [variables] What is put in is not read again.
        found += [(letter, False) for letter in value]
    return found


def glob(pattern, text):
    """[resource] `*` stands for any run of characters, also none, and `?` for exactly one."""
    reached = {0}
    for letter, wild in pattern:
        if wild and letter == "*":
            reached = set(range(min(reached), len(text) + 1)) if reached else set()
        else:
            reached = {i + 1 for i in reached if i < len(text) and (wild or text[i] == letter)}
    return len(text) in reached


def plain(text):
    return tokens(text, {"context": {}}, None)


def arn_match(pattern, text, case, version):
    """[resource] An ARN has six parts; each is compared with its own, a wildcard staying inside it."""
    theirs, ours = text.split(":", 5), pattern.split(":", 5)
    last = tokens(ours[-1], case, version)  # [variables] Variables stand in the last part alone.
    heads = [glob(plain(o), t) for o, t in zip(ours[:-1], theirs[:-1], strict=False)]
    return (
        len(theirs) == len(ours) == 6 and last is not None and all(heads) and glob(last, theirs[5])
    )


def resource_match(pattern, case, version):
    if pattern == "*":
        return True  # [resource] A lone `*` is every resource, also of actions that have none.
    # [arns] In policies of identities the parts that an ARN does not reach are filled with wildcards.
    pattern += ":*" * (5 - pattern.count(":"))
    return arn_match(pattern, case["resource"], case, version)


def action_match(pattern, case, effect):
    """[action] Names compare without case; wildcards stand after the service prefix, or alone."""
    service = pattern.partition(":")[0]
    if pattern != "*" and set(service) & {"*", "?"} and effect == "Allow":
        return False  # assumed: AWS refuses a wildcard there; it keeps out and does not let in
    return glob(plain(pattern.lower()), case["action"].lower())


def as_list(value):
    return value if isinstance(value, list) else [value]


def number(text):
    return fractions.Fraction(text)


def moment(text):
    """[operators] A date is ISO 8601, or seconds since 1970."""
    if text.isdigit() and len(text) > 4:
        return dt.datetime.fromtimestamp(int(text), dt.UTC)
    when = dt.datetime.fromisoformat(text)
    return when if when.tzinfo else when.replace(tzinfo=dt.UTC)


def ordered(read):
    """[operators] Numbers and dates compare by what they stand for, not by how they are written."""
    signs = {"Equals": (0,), "LessThan": (-1,), "LessThanEquals": (-1, 0)}
    signs |= {"GreaterThan": (1,), "GreaterThanEquals": (0, 1)}

    def relation(allowed):
        def holds(have, want, case, version):
            try:
                left, right = read(have), read(want)
            except ValueError:
                return None  # assumed: what is no number or date compares with nothing
            return (left > right) - (left < right) in allowed

        return holds

    return {sign: relation(allowed) for sign, allowed in signs.items()}


def in_network(have, want, case, version):
    """[operators] A CIDR range or one address; [S3 ipv6-access] the two families never meet."""
    try:
        return ipaddress.ip_address(have) in ipaddress.ip_network(want, strict=False)
    except ValueError:
        return None


def exact(have, want, case, version):
    found = tokens(want, case, version)
    return found is not None and "".join(letter for letter, _ in found) == have


# [operators] One function for each positive operator: does this request value meet this policy value?
POSITIVE = {
    "StringEquals": exact,  # case counts, no wildcards
    "StringEqualsIgnoreCase": lambda h, w, c, v: (
        (t := tokens(w, c, v)) is not None and "".join(x for x, _ in t).lower() == h.lower()
    ),
    "StringLike": lambda h, w, c, v: (t := tokens(w, c, v)) is not None and glob(t, h),
    "ArnEquals": lambda h, w, c, v: arn_match(w, h, c, v),  # [operators] ArnEquals acts as ArnLike
    "ArnLike": lambda h, w, c, v: arn_match(w, h, c, v),
    "Bool": lambda h, w, c, v: h.lower() == w.lower() and w.lower() in ("true", "false"),
    "BinaryEquals": lambda h, w, c, v: base64.b64decode(h) == base64.b64decode(w),
    "IpAddress": in_network,
    **{f"Numeric{sign}": test for sign, test in ordered(number).items()},
    **{f"Date{sign}": test for sign, test in ordered(moment).items()},
}  # fmt: skip
# [operators] A negated operator is true exactly where the positive one is not.
NEGATED = {
    "StringNotEquals": "StringEquals",
    "StringNotEqualsIgnoreCase": "StringEqualsIgnoreCase",
    "StringNotLike": "StringLike",
    "ArnNotEquals": "ArnEquals",
    "ArnNotLike": "ArnLike",
    "NumericNotEquals": "NumericEquals",
    "DateNotEquals": "DateEquals",
    "NotIpAddress": "IpAddress",
}
CANONICAL = {name.lower(): name for name in (*POSITIVE, *NEGATED, "Null")}


def condition_holds(operator, key, wanted, case, version, effect):
    """Whether one operator holds of one key."""
    quantifier, _, base = operator.lower().rpartition(":")
    if_exists = base.endswith("ifexists")
    # assumed: operators compare without case; AWS refuses unknown ones, so they keep out.
    base = CANONICAL.get(base.removesuffix("ifexists"))
    if base is None:
        return effect == "Deny"
    # [condition] Names of keys compare without case.
    have = case["context"].get(key.lower())
    # [operators] "true" asks that the key be absent, "false" that it be there.
    if base == "Null":
        return any((have is None) == (value.lower() == "true") for value in wanted)
    negated = base in NEGATED
    test = POSITIVE[NEGATED.get(base, base)]
    # [multival] True where the key is missing; [operators] so for an empty string.
    if quantifier == "forallvalues" and (have is None or have in ([], [""])):
        return True
    # [multival] False where the key is missing, so a Deny does not apply.
    if quantifier == "foranyvalue" and (have is None or have == []):
        return False
    # [operators] Absent: IfExists and negations hold, others do not.
    if have is None:
        return if_exists or negated
    # [multival] A key with several values asks for a set operator.
    if isinstance(have, list) and not quantifier:
        return False
    met = []
    for value in as_list(have):
        answers = [test(value, want, case, version) for want in wanted]
        # assumed: where a negation hangs on what cannot be compared, it keeps out.
        if negated and not any(answers) and None in answers:
            met.append(effect == "Deny")
        # [logic] Several policy values are a logical OR; under a negated operator a NOR.
        else:
            met.append(any(answers) != negated)
    return all(met) if quantifier == "forallvalues" else any(met)
