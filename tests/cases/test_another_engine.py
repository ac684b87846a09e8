"""The cases are portable: an engine that shares nothing with the product reads and decides them.

It is the reference evaluator. The files are read here by a plain YAML loader, as anybody would.
"""

from pathlib import Path

import pytest
import yaml

from reference.evaluator import evaluate

FOLDER = Path(__file__).parent
# What the reference evaluator leaves out: S3's RestrictPublicBuckets, and most of what AWS keeps.
KEPT = {"iam:DeletePolicy", "kms:DeleteAlias"}
TYPES = {"User": "User", "Role": "AssumedRole", "Root": "Account", "FederatedUser": "FederatedUser"}


def cases():
    for file in sorted(FOLDER.glob("*.yaml")):
        written = yaml.safe_load(file.read_text("utf-8"))
        for case in (written.get("defaults", {}) | one for one in written["cases"]):
            kept = case["action"] in KEPT and case["outcome"] == "denied"
            if not kept and "restrict_public_buckets" not in case:
                yield pytest.param(case, id=case["name"])


def principal(written):
    who = {"arn": written} if isinstance(written, str) else written
    arn, account = who["arn"], who["arn"].split(":")[4] if ":" in who["arn"] else None
    forms = {
        "anonymous": "Anonymous",
        ":root": "Root",
        ":user/": "User",
        ":assumed-role/": "Role",
        ":role/": "Role",
        ":federated-user/": "FederatedUser",
        ":saml-provider/": "SAML",
        ":oidc-provider/": "WebIdentity",
        ".amazonaws.com": "Service",
    }
    kind = next(found for form, found in forms.items() if form in arn)
    role = arn if ":role/" in arn else None
    if kind in ("SAML", "WebIdentity"):
        account = None
    return {
        "type": kind,
        "account": account,
        "role": role,
        "service_linked": ":role/aws-service-role/" in arn,
        **who,
        "arn": "" if kind == "Anonymous" else arn,
    }


def keys(who):
    """The condition keys that follow from the principal, as the format says."""
    name = who["arn"].rpartition("/")[2]
    found = {"aws:PrincipalIsAWSService": str(who["type"] == "Service").lower()}
    if who["type"] == "Service":
        found["aws:PrincipalServiceName"] = who["arn"]
    if who["type"] == "Anonymous":
        found |= {"aws:PrincipalType": "Anonymous", "aws:userid": "anonymous"}
        found["aws:PrincipalAccount"] = "anonymous"
    if who["type"] not in TYPES:
        return found
    found |= {"aws:PrincipalType": TYPES[who["type"]], "aws:PrincipalAccount": who["account"]}
    found["aws:PrincipalArn"] = who["arn"]
    if who["type"] == "Role":
        base = f"arn:aws:iam::{who['account']}:role/{who['arn'].split('/')[1]}"
        found["aws:PrincipalArn"] = who["role"] or base
    users = {"User": {"aws:username": name}, "Root": {"aws:userid": who["account"]}}
    federated = {"aws:userid": f"{who['account']}:{name}"}
    return found | (federated if who["type"] == "FederatedUser" else users.get(who["type"], {}))


def several(written):
    return written if isinstance(written, list) or written is None else [written]


def plain(document):
    """Condition values are text, also where the document has a JSON boolean."""
    if isinstance(document, dict):
        return {key: plain(value) for key, value in document.items()}
    if isinstance(document, list):
        return [plain(value) for value in document]
    return str(document).lower() if isinstance(document, bool) else document


@pytest.mark.parametrize("case", list(cases()))
def test_another_engine_decides_a_case_alike(case):
    who = principal(case["principal"])

    outcome = evaluate(
        {
            "principal": who,
            "action": case["action"],
            "resource": case["resource"],
            "resource_account": case.get("resource_account"),
            "context": {
                **{key.lower(): value for key, value in keys(who).items()},
                **{key.lower(): value for key, value in case.get("context", {}).items()},
            },
            "identity": plain(several(case.get("identity"))),
            "session": plain(case.get("session")),
            "boundary": plain(case.get("boundary")),
            "resource_policy": plain(case.get("trust", case.get("resource_policy"))),
            "endpoint": plain(case.get("endpoint")),
            "scps": plain(case.get("scps")),
            "rcps": plain(case.get("rcps")),
        }
    )

    wanted = case["outcome"]
    assert outcome == wanted or (wanted == "denied" and outcome != "allowed")
