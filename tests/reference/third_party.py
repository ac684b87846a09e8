"""Another engine beside the reference: npm's @cloud-copilot/iam-simulate. Developers only.

What that engine does not do at all is not asked. Where it differs, one of the classes below has to
say why; a difference of no class turns the run red. `docs/reference/proof.md` explains each class.
"""

import collections
import json
import pathlib
import re
import shutil
import subprocess
import time

from . import generator
from .callers import SERVICE
from .evaluator import evaluate

RUNNER = pathlib.Path(__file__).with_name("third_party.mjs")
SHARE = 5_000
POLICIES = ("identity", "boundary", "session", "resource_policy", "endpoint", "scps", "rcps")


def statements(case):
    """Every statement of the case with its kind of policy and its version."""
    for kind in POLICIES:
        found = case[kind] or []
        documents = [found] if isinstance(found, dict) else found
        for one in documents:
            for document in one if isinstance(one, list) else [one]:
                held = document["Statement"]
                for statement in held if isinstance(held, list) else [held]:
                    yield kind, document.get("Version"), statement


def some(case, test):
    return any(
        test(kind, version, statement, json.dumps(statement))
        for kind, version, statement in statements(case)
    )


def not_asked(case):
    """Why the other engine is not asked, empty where it is."""
    who, resource = case["principal"], case["resource"]
    reasons = {
        "the root user": who["type"] == "Root" or (who.get("user") or "").endswith(":root"),
        "a service-linked role": who.get("service_linked"),
        "a provider": who["type"] in ("SAML", "WebIdentity"),
        "a federated user without session policy": who["type"] == "FederatedUser"
        and case["session"] is None,
        "a role that is no session, or of a path not known": who["type"] == "Role"
        and who["arn"] == who["role"],
        "a call that asks no policy": case["action"].startswith("sts:Get"),
        "what AWS keeps": "::aws:" in resource
        or "aws-reserved" in resource
        or "alias/aws/" in resource,
        "a resource that reads as a pattern": "*" in resource,
        "unique ids": some(case, lambda k, v, s, t: "AIDA" in t or "AROA" in t),
        "what AWS refuses": some(case, refused),
    }
    return next((name for name, holds in reasons.items() if holds), "")


def refused(kind, version, statement, text):
    shapes = "StringSounds" in text or '"many"' in text or re.search(r'"[a-z0-9]{1,2}\*:', text)
    bare = kind != "resource_policy" and not {"Resource", "NotResource"} & set(statement)
    unnamed = kind in ("resource_policy", "endpoint") and not {"Principal", "NotPrincipal"} & set(
        statement
    )
    return bool(shapes or bare or unnamed)


def leaves(value):
    """Every text inside *value*."""
    if isinstance(value, str):
        yield value
    else:
        for one in value.values() if isinstance(value, dict) else value:
            yield from leaves(one)


def patterns(case, pattern, names=("Action", "NotAction", "Resource", "NotResource", "Condition")):
    """Whether a text of one of these elements of some statement holds *pattern*."""
    found = re.compile(pattern)
    return some(
        case,
        lambda k, v, s, t: any(
            found.search(text) for name in names if name in s for text in leaves(s[name])
        ),
    )


def unvalued(case):
    """A variable without a value where that decides: under a negation, or in NotResource."""
    keys = {key.lower() for key, value in case["context"].items() if isinstance(value, str)}
    empty = re.compile(r"\$\{ *([^*?$},]+?) *[,}]")

    def test(kind, version, statement, text):
        negative = [statement.get("NotResource", [])]
        negative += [
            value for name, value in statement.get("Condition", {}).items() if "not" in name.lower()
        ]
        return any(
            found.lower() not in keys
            for one in negative
            for text in leaves(one)
            for found in empty.findall(text)
        )

    return some(case, test)


def named(case, *texts):
    """Whether a Principal of the resource's policy holds one of *texts*."""
    return some(
        case,
        lambda k, v, s, t: (
            k == "resource_policy" and any(x in leaves(s.get("Principal", "")) for x in texts)
        ),
    )


def other_family(case):
    """NotIpAddress about an address and a block of which one is of version 6 and one of 4."""
    values = {key.lower(): value for key, value in case["context"].items()}

    def test(kind, version, statement, text):
        for operator, keys in statement.get("Condition", {}).items():
            for key, wanted in keys.items():
                have = leaves(values.get(key.lower(), []))
                if (
                    "notip" in operator.lower()
                    and len({":" in one for one in [*have, *leaves(wanted)]}) > 1
                ):
                    return True
        return False

    return some(case, test)


RESOURCES = ("Resource", "NotResource")
CLASSES = {
    "text of a policy is read as a regular expression": lambda c: patterns(c, r"[\[+]|\.\*|\.$"),
    "numbers of dates are milliseconds": lambda c: some(c, lambda k, v, s, t: "date" in t.lower() and ("17672256" in t or "17672256" in json.dumps(c["context"]))),
    "a block of all addresses holds none": lambda c: patterns(c, r"^0\.0\.0\.0/0$"),
    "variables in policies of the old version": lambda c: some(c, lambda k, v, s, t: v != "2012-10-17" and "${" in t),
    "variables without a value": unvalued,
    "Principal of endpoint policies is not read": lambda c: some(c, lambda k, v, s, t: k == "endpoint" and s.get("Principal") not in ("*", {"AWS": "*"}, {"AWS": ["*"]})),
    "NotPrincipal that lists the account": lambda c: some(c, lambda k, v, s, t: k == "resource_policy" and c["principal"]["account"] is not None and c["principal"]["account"] in json.dumps(s.get("NotPrincipal", ""))),
    "a wildcard or variable in the type of a resource": lambda c: patterns(c, r"^arn:([^:]*:){4}[^/]*[*?$]", RESOURCES),
    "ARNs that end early": lambda c: patterns(c, r"^arn(:[^:]*){1,4}$", RESOURCES),
    "a session named by the resource, and a session policy": lambda c: c["session"] is not None and named(c, c["principal"]["arn"], "*"),
    "services under AWS": lambda c: c["principal"]["type"] == "Service" and some(c, lambda k, v, s, t: SERVICE in t),
    "SCPs and services": lambda c: c["principal"]["type"] == "Service" and c["scps"],
    "the path of a role is not compared": lambda c: c["principal"]["type"] == "Role" and some(c, lambda k, v, s, t: k == "resource_policy" and re.search(r":role/[a-z/]*app", t, re.IGNORECASE)),
    "the partition of an account's ARN is not compared": lambda c: some(c, lambda k, v, s, t: "arn:aws-cn:iam" in t),
    "a default without a space before it": lambda c: patterns(c, r"\$\{[^}]*,'"),
    "a wildcard in the first part of an ARN": lambda c: patterns(c, r"^[^:]*[*?][^:]*:", ("Condition",)),
    "an address of the other family under NotIpAddress": other_family,
    "federated users and users of their name": lambda c: (
        c["principal"]["type"] == "FederatedUser" and some(c, lambda k, v, s, t: k == "resource_policy" and ":user/" in t)
    ),
    "regions and accounts in another case": lambda c: patterns(c, r"^arn:([^:]*:){2,3}[^:]*[A-Z]", RESOURCES),
    "the empty text": lambda c: [""] in c["context"].values(),
}  # fmt: skip


def decide(cases, folder):
    """The other engine's outcomes."""
    lines = "\n".join(json.dumps([case]) for case in cases)
    ran = subprocess.run(
        ["node", str(RUNNER), folder],
        input=f"{lines}\n",
        capture_output=True,
        text=True,
        check=True,
    )
    return [json.loads(line)[0] for line in ran.stdout.splitlines()]


def missing(folder):
    """Why the comparison cannot run here, empty where it can."""
    if shutil.which("node") is None:
        return "node is not installed"
    package = pathlib.Path(folder) / "node_modules" / "@cloud-copilot" / "iam-simulate"
    return "" if package.is_dir() else f"{package} is not there; see docs/reference/proof.md"


def run(seed, count, folder):
    """Size, result, seconds and troubles for the table."""
    began = time.perf_counter()
    if lack := missing(folder):
        return "0 requests", f"skipped: {lack}", 0.0, []
    asked, skipped, classes, troubles, clean = 0, 0, collections.Counter(), [], 0
    number = 0
    while asked < count:
        cases = [generator.make(seed, number + at)[0] for at in range(SHARE)]
        number += SHARE
        wanted = [case for case in cases if not not_asked(case)]
        skipped += len(cases) - len(wanted)
        asked += len(wanted)
        for case, found in zip(wanted, decide(wanted, folder), strict=True):
            reasons = [name for name, test in CLASSES.items() if test(case)]
            clean += not reasons
            expected = evaluate(case)
            if found != expected:
                classes[reasons[0] if reasons else "no class"] += 1
                if not reasons:
                    troubles.append(
                        f"reference {expected}, iam-simulate {found}\n{json.dumps(case)}"
                    )
    for name, seen in classes.most_common():
        print(f"{seen:7,}  {name}")
    print(f"{clean:7,}  requests are of no class; {skipped:,} more were not asked")
    result = f"{sum(classes.values()):,} differences, {len(troubles)} unexplained"
    return f"{asked:,} requests", result, time.perf_counter() - began, troubles
