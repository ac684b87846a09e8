"""Who asks, and the Principal elements that mean the caller or just do not."""

A, B = "123456789012", "210987654321"
SERVICE = "ec2.amazonaws.com"
KINDS = (
    ["User"] * 5 + ["Role"] * 6 + ["Root"] * 2 + ["FederatedUser"] * 2 + ["Service", "Anonymous"]
)
MORE = {"policy": ["Root"] * 6, "role": ["SAML", "WebIdentity"]}
PATH = "aws-service-role/ecs.amazonaws.com/"


def caller(case, scene):
    """The `principal` of the case."""
    rng = case.rng
    account = rng.choice([case.owner, case.owner, A, B])
    kind = rng.choice(KINDS + MORE.get(scene, []))
    iam, sts = f"arn:aws:iam::{account}", f"arn:aws:sts::{account}"
    user = f"{iam}:user/{rng.choice(['alice', 'staff/alice', 'red'])}"
    number = case.chance(0.5, "ids")
    signed, stranger = {"type": kind, "account": account}, {"type": kind, "account": None}
    match kind:
        case "User":
            return signed | {"arn": user, "id": "AIDAALICE" if number else None}
        case "Role":
            return signed | role(case, iam, sts) | {"id": "AROAAPP" if number else None}
        case "Root":
            return signed | {"arn": f"{iam}:root"}
        case "FederatedUser" if case.chance(0.15):
            return signed | {"arn": f"{sts}:federated-user/bob", "user": f"{iam}:root", "id": None}
        case "FederatedUser":
            number = "AIDAALICE" if number else None
            return signed | {"arn": f"{sts}:federated-user/bob", "user": user, "id": number}
        case "Service":
            return stranger | {"arn": SERVICE}
        case "Anonymous":
            return stranger | {"arn": ""}
        case "SAML":
            return stranger | {"arn": f"arn:aws:iam::{case.owner}:saml-provider/idp"}
        case _:
            return stranger | {"arn": f"arn:aws:iam::{case.owner}:oidc-provider/idp.example"}


def role(case, iam, sts):
    """Mostly a session of a role; now and then the role itself, or a role whose path is not known."""
    linked = case.chance(0.07)
    arn = f"{iam}:role/{PATH if linked else case.rng.choice(['', 'svc/'])}app"
    how = 0.5 if linked else case.rng.random()
    return {
        "arn": arn
        if how < 0.08
        else f"{sts}:assumed-role/app/{case.rng.choice(['worker', 'red'])}",
        "role": None if how > 0.92 else arn,
        "service_linked": linked,
    }


def principal(case):
    """A Principal element; a quarter is everyone."""
    rng = case.rng
    if rng.random() < 0.25:
        return rng.choice(["*", {"AWS": "*"}, {"AWS": ["*"]}])
    return element(case, [named(case) for _ in range(rng.choice([1, 1, 2, 3]))])


def not_principal(case):
    """A NotPrincipal element: mostly what spares the caller, or that with something missing."""
    rng = case.rng
    listed = named_parts(case) if rng.random() < 0.75 else []
    count = rng.choice([0, 1, 2]) if len(listed) > 1 else rng.choice([1, 1, 2, 3])
    listed += [named(case) for _ in range(count)]
    if rng.random() < 0.4:
        listed.pop(rng.randrange(len(listed)))
    return element(case, listed or [("AWS", A)])


def element(case, listed):
    """*listed*, (type, value) pairs, as JSON has it; now and then names are in another case."""
    made = {}
    shout = case.who["type"] != "Role" and case.rng.random() < 0.1
    for kind, value in listed:
        made.setdefault(kind, []).append(value.upper() if shout and "alice" in value else value)
    return {
        kind: values[0] if len(values) == 1 and case.rng.random() < 0.5 else values
        for kind, values in made.items()
    }


def named_parts(case):
    """All that names the caller, as NotPrincipal asks for."""
    who, account = case.who, case.who["account"]
    whole = case.rng.choice([account, f"arn:aws:iam::{account}:root"])
    match who["type"]:
        case "Root":
            return [("AWS", whole)]
        case "User" | "FederatedUser":
            return [("AWS", who["arn"]), ("AWS", whole)]
        case "Role":
            named_role = who["role"] or f"arn:aws:iam::{account}:role/svc/app"
            return [("AWS", who["arn"]), ("AWS", named_role), ("AWS", whole)]
        case "Service":
            return [("Service", SERVICE)]
        case "SAML" | "WebIdentity":
            return [("Federated", who["arn"])]
        case _:
            return [("AWS", A)]


def named(case):
    """One entry: the caller by one of its names, or somebody near."""
    who = case.who
    account = who["account"] or A
    other = B if account == A else A
    close = named_parts(case) * 3
    if who["type"] in ("User", "Role") and "ids" in case.features:
        close += [("AWS", "AIDAALICE"), ("AWS", "AROAAPP")] + [("AWS", who["id"] or account)] * 4
    if who.get("user"):
        close += [("AWS", who["user"])] * 2
    if who.get("role"):
        close += [("AWS", who["role"].replace("app", "APP"))]
    elif who["type"] == "Role":
        close += [("AWS", f"arn:aws:iam::{other}:role/app")] * 2
    near = [("AWS", value) for value in near_by(account, other)]
    near += [("AWS", who["arn"].replace(account, other) or other), ("Service", SERVICE)]
    near += [
        ("Service", "lambda.amazonaws.com"),
        ("Federated", f"arn:aws:iam::{account}:saml-provider/idp"),
    ]
    near += [("Federated", "idp.example"), ("CanonicalUser", "79a59d")]
    return case.rng.choice(close * 2 + near)


def near_by(account, other):
    """Values of type AWS, some of which name the caller."""
    iam, sts = f"arn:aws:iam::{account}", f"arn:aws:sts::{account}"
    people = [
        "user/alice",
        "user/*",
        "user/bob",
        "role/app",
        "role/*",
        "role/other/app",
        "role",
        "root",
    ]
    sessions = ["app/worker", "app/*", "app/Worker"]
    return [
        *(f"{iam}:{name}" for name in people),
        *(f"{sts}:assumed-role/{name}" for name in sessions),
        *(f"{sts}:federated-user/bob", account, other, f"arn:aws-cn:iam::{account}:root"),
    ]
