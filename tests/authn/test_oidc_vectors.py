"""Project Wycheproof's signatures of JSON Web Signature, where the folder of vectors is there."""

import json
import os
from pathlib import Path

import pytest

from doorward.authn import oidc_json, oidc_jwks
from doorward.authn.dpop import decoded

SHARED = os.environ.get("DOORWARD_SHARED")
FOLDER = Path(SHARED or "") / "data" / "vectors" / "wycheproof"
pytestmark = pytest.mark.skipif(
    not SHARED or not FOLDER.is_dir(), reason="DOORWARD_SHARED names no folder with the vectors"
)


def cases():
    if not SHARED or not FOLDER.is_dir():
        return
    for name in ("json_web_signature_test.json", "json_web_key_test.json"):
        for group in json.loads((FOLDER / name).read_text())["testGroups"]:
            key = group.get("public") or group.get("key") or group.get("private")
            for case in group["tests"]:
                if "jws" in case:
                    label = f"{name[9:12]}-{case['tcId']}-{case['comment'][:40]}"
                    yield pytest.param(key, case, id=label)


def accepted(key, token):
    """Whether the token would prove somebody if the issuer published exactly that key."""
    listed = key.get("keys", [key]) if isinstance(key, dict) else []
    private = {"d", "p", "q", "dp", "dq", "qi"}
    public = [{name: value for name, value in one.items() if name not in private} for one in listed]
    if not isinstance(token, str):
        return False
    try:
        head = oidc_json.read_object(decoded(token.split(".")[0]))
        keys = oidc_jwks.read(json.dumps({"keys": public}).encode())
    except (ValueError, oidc_jwks.Unusable):
        return False
    alg, kid = head.get("alg"), head.get("kid")
    if not isinstance(alg, str) or "crit" in head or "b64" in head:
        return False
    suitable = oidc_jwks.suitable(keys, kid, alg)
    return any(oidc_jwks.verifies(token, one, alg) for one in suitable)


@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize(("key", "case"), list(cases()))
def test_no_vector_that_is_invalid_is_accepted(key, case):
    if case["result"] == "invalid":
        assert not accepted(key, case["jws"])


def test_the_valid_vectors_of_our_algorithms_are_accepted():
    """What is refused although it is valid is refused for the algorithm or the size of the key."""
    wrong, good = [], 0
    for case in cases():
        key, vector = case.values
        if vector["result"] != "valid" or not isinstance(vector["jws"], str):
            continue
        try:
            head = oidc_json.read_object(decoded(vector["jws"].split(".")[0]))
        except ValueError:  # valid for those who read base64 leniently
            continue
        # One key names an algorithm that does not exist, `ES521`, and so serves none.
        if head.get("alg") not in oidc_jwks.ALGORITHMS or key.get("alg") == "ES521":
            continue
        if accepted(key, vector["jws"]):
            good += 1
        else:
            wrong.append((vector["tcId"], vector["comment"], head, key))
    assert good >= 10, wrong
    assert not wrong
