"""What temporary credentials may not call."""

from dataclasses import replace

import pytest

from authn.clients import NOW, SESSION
from doorward.authn.caller import SessionKind
from doorward.authz.session_limits import forbidden

ROLE, USER = SessionKind.ROLE, SessionKind.USER
ROOT, FEDERATED = SessionKind.ROOT, SessionKind.FEDERATED_USER
CASES = [
    # kind     mfa    service  operation             may
    (ROLE, False, "iam", "ListUsers", True),
    (ROLE, False, "sts", "AssumeRole", True),
    (ROLE, False, "sts", "GetSessionToken", False),
    (ROLE, False, "sts", "GetFederationToken", False),
    (USER, False, "iam", "GetUser", False),
    (USER, True, "iam", "GetUser", True),
    (USER, True, "sts", "AssumeRole", True),
    (USER, True, "sts", "GetCallerIdentity", True),
    (USER, True, "sts", "GetAccessKeyInfo", False),
    (USER, True, "sts", "GetSessionToken", False),
    (USER, False, "s3", "ListBuckets", True),
    (ROOT, False, "iam", "ListUsers", False),
    (FEDERATED, True, "iam", "GetUser", False),
    (FEDERATED, False, "sts", "GetCallerIdentity", True),
    (FEDERATED, False, "sts", "AssumeRole", False),
    (FEDERATED, False, "s3", "ListBuckets", True),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "mfa", "service", "operation", "may"), CASES)
def test_each_kind_of_session_calls_only_what_it_may(kind, mfa, service, operation, may):
    session = replace(SESSION, kind=kind, mfa_at=NOW if mfa else None)

    refusal = forbidden(session, service, operation)

    assert (refusal is None) is may
    if refusal:
        assert (refusal.code, refusal.status) == ("AccessDenied", 403)
