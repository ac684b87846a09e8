"""Laws that hold whatever AWS says: how an outcome may change when a case is changed.

Each law changes a case and says how the two outcomes may stand to one another. None of them asks
the reference; they would also catch what both evaluators got wrong alike.
"""

import copy
import json
import random
import re

from . import generator
from .conditions import KEYS

ALLOW = "allowed"
UNKNOWN = "\ud802"
FULL = {"Effect": "Allow", "Action": "*", "Resource": "*"}
DENY = FULL | {"Effect": "Deny"}
LISTS = ("identity", "session")
SINGLE = ("boundary", "resource_policy", "endpoint")
LEVELS = ("scps", "rcps")
ADDRESSED = ("resource_policy", "endpoint", "rcps")
KEYS_OF_ACCOUNTS = re.compile(r"\d[*?]|[*?]\d")


def same(before, after):
    return before == after


def no_wider(before, after):
    return after != ALLOW or before == ALLOW


def no_narrower(before, after):
    return before != ALLOW or after == ALLOW


def not_allowed(before, after):
    return after != ALLOW


def no_surer(before, after):
    """With less known, nothing is allowed that was not, and nothing that was denied is let by."""
    return no_wider(before, after) and (before != "explicitDeny" or after == before)


def explicit(before, after):
    return after == "explicitDeny"


def documents(case):
    """Every policy of *case*, with the kind of policy it is."""
    for kind in LISTS:
        yield from ((kind, one) for one in case[kind] or [])
    for kind in SINGLE:
        if case[kind] is not None:
            yield kind, case[kind]
    for kind in LEVELS:
        yield from ((kind, one) for level in case[kind] or [] for one in level)


def statements(document):
    """The statements of *document*, made a list that may be changed."""
    if isinstance(document["Statement"], dict):
        document["Statement"] = [document["Statement"]]
    return document["Statement"]


def order(case, rng):
    """The order of statements, policies and levels says nothing."""
    for _, document in documents(case):
        rng.shuffle(statements(document))
    for kind in (*LISTS, *LEVELS):
        if case[kind]:
            rng.shuffle(case[kind])
    for kind in LEVELS:
        for level in case[kind] or []:
            rng.shuffle(level)
    return case


def twice(case, rng):
    """What is said twice is said once."""
    for _, document in documents(case):
        document["Statement"] = statements(document) * 2
    for kind in (*LISTS, *LEVELS):
        if case[kind]:
            case[kind] = case[kind] * 2
    return case


def apart(case, rng):
    """Statements in policies of their own say what they said in one."""
    for kind in LISTS:
        if case[kind]:
            case[kind] = [d | {"Statement": [s]} for d in case[kind] for s in statements(d)]
            case[kind] = case[kind] or [{"Version": "2012-10-17", "Statement": []}]
    for kind in LEVELS:
        if case[kind]:
            case[kind] = [
                [d | {"Statement": s} for d in level for s in statements(d)] for level in case[kind]
            ]
    return case


def listed(case, rng):
    """One text and a list of it are the same."""
    for _, document in documents(case):
        for statement in statements(document):
            for name in ("Action", "NotAction", "Resource", "NotResource"):
                if isinstance(statement.get(name), str):
                    statement[name] = [statement[name]]
            for keys in statement.get("Condition", {}).values():
                keys |= {key: [value] for key, value in keys.items() if isinstance(value, str)}
    return case


def spelled(case, rng):
    """Actions and names of keys compare without case."""
    case["context"] = {key.swapcase(): value for key, value in case["context"].items()}
    for _, document in documents(case):
        for statement in statements(document):
            for name in ("Action", "NotAction"):
                if name in statement:
                    found = statement[name]
                    statement[name] = [
                        one.swapcase() for one in ([found] if isinstance(found, str) else found)
                    ]
            if "Condition" in statement:
                statement["Condition"] = {
                    operator: {key.swapcase(): value for key, value in keys.items()}
                    for operator, keys in statement["Condition"].items()
                }
    return case


def renamed(case, rng):
    """Other account numbers decide alike; cases with wildcards inside of one are left alone."""
    text = json.dumps(case)
    if KEYS_OF_ACCOUNTS.search(text):
        return case
    return json.loads(
        text.replace(generator.A, "333333333333").replace(generator.B, "444444444444")
    )


def denied(case, rng):
    """An added Deny never allows."""
    present = list(documents(case))
    if present:
        kind, document = rng.choice(present)
        statements(document).append(narrow(kind, case, "Deny", rng))
    return case


def allowed(case, rng):
    """An added Allow never denies."""
    present = [found for found in documents(case) if found[0] != "rcps"]
    if present:
        kind, document = rng.choice(present)
        statements(document).append(narrow(kind, case, "Allow", rng))
    return case


def narrow(kind, case, effect, rng):
    """A statement about all or about a part, with a Principal where the kind has one."""
    made = {
        "Effect": effect,
        "Action": rng.choice(["*", case["action"], "s3:*"]),
        "Resource": rng.choice(["*", case["resource"]]),
    }
    if rng.random() < 0.3:
        made["Condition"] = {"StringLike": {"aws:PrincipalTag/team": "r*"}}
    return made | ({"Principal": "*"} if kind in ADDRESSED else {})


def limited(case, rng):
    """A boundary, session policy, SCP, RCP or endpoint policy only restricts: without it, no less."""
    kind = rng.choice(["boundary", "session", "scps", "rcps", "endpoint"])
    if kind != "session" or case["principal"]["type"] != "FederatedUser":
        case[kind] = None
    return case


def full_level(case, rng):
    """A level that allows everything changes nothing."""
    kind = rng.choice(LEVELS)
    if case[kind] is not None:
        case[kind].insert(
            rng.randrange(len(case[kind]) + 1), [{"Version": "2012-10-17", "Statement": FULL}]
        )
    return case


def nothing(case, rng):
    """Without a policy nothing is allowed, but to the root user, and what asks no policy."""
    root = case["principal"]["type"] == "Root" or (case["principal"].get("user") or "").endswith(
        ":root"
    )
    return None if root or open_to_all(case) else case | {"identity": [], "resource_policy": None}


def everything_denied(case, rng):
    """A Deny of everything is final, but for what asks no policy, and for whom RCPs spare."""
    if open_to_all(case) or case["principal"].get("service_linked"):
        return None
    return case | {"rcps": [[{"Version": "2012-10-17", "Statement": DENY | {"Principal": "*"}}]]}


def unknown(case, rng):
    """A key that may have any value is on the safe side of each value, and of none."""
    key = rng.choice(list(KEYS))
    given = {name.lower(): name for name in case["context"]}
    case["context"][given.get(key.lower(), key)] = UNKNOWN
    return case


def unknown_family(case, rng):
    """So are all keys of a family that are not given."""
    for name in [one for one in case["context"] if "tag/" in one.lower()]:
        del case["context"][name]
    return case | {
        "context": case["context"] | {"aws:principaltag/": UNKNOWN, "aws:requesttag/": UNKNOWN}
    }


def open_to_all(case):
    return case["action"] in ("sts:GetCallerIdentity", "sts:GetSessionToken")


LAWS = [
    (order, same), (twice, same), (apart, same), (listed, same), (spelled, same), (renamed, same), (full_level, same),
    (denied, no_wider), (allowed, no_narrower), (limited, no_narrower), (nothing, not_allowed), (everything_denied, explicit),
    (unknown, no_surer), (unknown_family, no_surer),
]  # fmt: skip


def breaches(number_of_law, seed, count):
    """The cases that break a law, as (its name, number of the case, before, after)."""
    from . import product

    law, relation = LAWS[number_of_law]
    found = []
    for number in range(count):
        rng = random.Random(f"{seed}/{law.__name__}/{number}")
        case = generator.make(f"{seed}/{law.__name__}", number)[0]
        changed = law(copy.deepcopy(case), rng)
        if changed is None:
            continue
        before, after = product.outcomes([case])[0], product.outcomes([changed])[0]
        if not relation(before, after):
            found.append((law.__name__, number, before, after))
    return found
