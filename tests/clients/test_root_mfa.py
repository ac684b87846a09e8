"""The root's second factor: enabled on a page, asked for at sign-in, and shown as AWS shows it."""

import json
import re
from base64 import b64decode
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from html import unescape

import pytest
from botocore.exceptions import ClientError

from clients.browser import ACCOUNT, ask
from clients.test_mfa import policy, refusal, with_keys
from doorward.authn import totp
from doorward.store import access_keys

SIGN_IN, DEVICES = "/_doorward/root-sign-in", "/_doorward/root-mfa"
TYPED = {"key": "root-key-id", "secret": "root-secret", "code": ""}
ROOT = f"arn:aws:iam::{ACCOUNT}:root"
SERIAL = f"arn:aws:iam::{ACCOUNT}:mfa/root-account-mfa-device"
THREADS = 8


def cookie(answer):
    assert answer.status == 302, answer.message
    return answer.headers["set-cookie"].partition(";")[0]


class Root:
    """The root of the account in its browser, with an authenticator."""

    def __init__(self, served):
        self.served = served
        self.cookie = cookie(ask(served, "POST", SIGN_IN, TYPED))

    def send(self, **form):
        return ask(self.served, "POST", DEVICES, form, Cookie=self.cookie)

    def page(self):
        return ask(self.served, "GET", DEVICES, Cookie=self.cookie)

    def enable(self, name="root-account-mfa-device"):
        made = self.send(do="create", name=name)
        assert made.status == 200, made.message
        self.text = made.text
        self.seed = totp.seed_bytes(re.search(r"<code>([A-Z2-7]+)</code>", made.text)[1])
        self.serial = unescape(re.search(r'name="serial" value="(.*?)"', made.text)[1])
        return self.send(do="enable", serial=self.serial, code1=self.code(-2), code2=self.code(-1))

    def code(self, later=0):
        return totp.code(self.seed, totp.step(self.served.clock.now()) + later)


@pytest.fixture
def root(fresh):
    return Root(fresh)


def test_a_root_enables_a_virtual_device_and_every_report_shows_it(root, iam):
    assert "There is none." in root.page().text
    assert iam.get_account_summary()["SummaryMap"]["AccountMFAEnabled"] == 0
    assert root.enable().message == "The device is enabled."
    assert root.serial == SERIAL

    (listed,) = iam.list_virtual_mfa_devices(AssignmentStatus="Assigned")["VirtualMFADevices"]
    assert (listed["SerialNumber"], listed["User"]["Arn"]) == (SERIAL, ROOT)
    assert listed["EnableDate"]
    assert [one["SerialNumber"] for one in iam.list_mfa_devices()["MFADevices"]] == [SERIAL]
    assert iam.get_account_summary()["SummaryMap"]["AccountMFAEnabled"] == 1
    iam.generate_credential_report()
    header, first = iam.get_credential_report()["Content"].decode().splitlines()[:2]
    report = dict(zip(header.split(","), first.split(","), strict=True))
    assert (report["user"], report["mfa_active"]) == ("<root_account>", "true")


def test_the_page_shows_a_qr_code_and_runs_no_scripts(root):
    root.enable()
    picture = re.search(r'src="data:image/png;base64,(.*?)"', root.text)[1]

    assert b64decode(picture).startswith(b"\x89PNG")
    made = root.send(do="create", name="other")
    assert made.headers["content-security-policy"].endswith("; img-src data:")
    assert made.headers["content-security-policy"].startswith("default-src 'none'")
    assert "img-src" not in root.page().headers["content-security-policy"]


def test_sign_in_asks_for_the_code_from_then_on(root, fresh):
    root.enable()

    assert ask(fresh, "POST", SIGN_IN, TYPED).status == 401
    assert ask(fresh, "POST", SIGN_IN, TYPED | {"code": "000000"}).status == 401
    code = root.code()
    assert cookie(ask(fresh, "POST", SIGN_IN, TYPED | {"code": code}))
    assert ask(fresh, "POST", SIGN_IN, TYPED | {"code": code}).status == 401  # it works once


def test_of_eight_who_sign_in_with_one_code_at_once_one_is_let_in(root, fresh):
    root.enable()
    typed = TYPED | {"code": root.code()}
    with ThreadPoolExecutor(THREADS) as pool:
        answers = list(pool.map(lambda _: ask(fresh, "POST", SIGN_IN, typed), range(THREADS)))

    assert sorted(answer.status for answer in answers) == [302] + [401] * (THREADS - 1)


def test_sessions_of_the_root_carry_the_code_that_was_given(root, fresh):
    root.enable()
    sts = fresh.client("sts")
    plain = sts.get_session_token()
    assert "without MFA" in refusal(with_keys(fresh, "iam", plain).list_users)["Message"]
    issued = sts.get_session_token(SerialNumber=SERIAL, TokenCode=root.code())

    assert with_keys(fresh, "iam", issued).list_users()["Users"] == []
    fresh.client("s3").create_bucket(Bucket="guarded")
    statement = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:ListBucket",
        "Resource": "arn:aws:s3:::guarded",
        "Condition": {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}},
    }
    document = json.dumps({"Version": "2012-10-17", "Statement": statement})
    fresh.client("s3").put_bucket_policy(Bucket="guarded", Policy=document)
    assert refusal(fresh.client("s3").list_objects_v2, Bucket="guarded")["Code"] == "AccessDenied"
    assert with_keys(fresh, "s3", issued).list_objects_v2(Bucket="guarded")["KeyCount"] == 0


def test_a_device_is_deactivated_by_the_root_alone(root, fresh, iam):
    root.enable()
    assert ask(fresh, "GET", DEVICES).status == 401
    iam.create_user(UserName="alice")
    iam.create_login_profile(UserName="alice", Password="Correct-Horse-1")
    iam.put_user_policy(UserName="alice", PolicyName="all", PolicyDocument=policy("*"))
    typed = {"account": ACCOUNT, "user": "alice", "password": "Correct-Horse-1"}
    alice = cookie(ask(fresh, "POST", "/_doorward/sign-in", typed))
    form = {"do": "deactivate", "serial": SERIAL}
    assert ask(fresh, "POST", DEVICES, form, Cookie=alice).status == 401

    assert root.send(**form).message == "The device is deactivated."
    assert iam.get_account_summary()["SummaryMap"]["AccountMFAEnabled"] == 0
    (free,) = iam.list_virtual_mfa_devices()["VirtualMFADevices"]
    assert "User" not in free
    iam.delete_virtual_mfa_device(SerialNumber=SERIAL)
    assert cookie(ask(fresh, "POST", SIGN_IN, TYPED))


def test_the_api_enables_no_device_of_the_root_as_on_aws(fresh, iam):
    made = iam.create_virtual_mfa_device(VirtualMFADeviceName="root-account-mfa-device")
    serial = made["VirtualMFADevice"]["SerialNumber"]
    seed = totp.seed_bytes(made["VirtualMFADevice"]["Base32StringSeed"].decode())
    step = totp.step(fresh.clock.now())
    codes = {
        "AuthenticationCode1": totp.code(seed, step - 2),
        "AuthenticationCode2": totp.code(seed, step - 1),
    }
    for name in (ACCOUNT, "root", "root-account-mfa-device"):
        error = refusal(iam.enable_mfa_device, UserName=name, SerialNumber=serial, **codes)
        assert error["Code"] == "NoSuchEntity"
    with pytest.raises(ClientError, match="Must specify userName"):
        iam.deactivate_mfa_device(SerialNumber=serial)


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"do": "create", "name": ""}, "The name cannot be used."),
        ({"do": "create", "name": "a/b"}, "The name cannot be used."),
        ({"do": "enable", "serial": SERIAL, "code1": "1", "code2": "2"}, "does not exist"),
        ({"do": "deactivate", "serial": "x"}, "does not exist"),
        ({"do": "dance"}, "That is not known here."),
    ],
)
def test_what_cannot_be_done_says_so(root, form, said):
    answer = root.send(**form)

    assert answer.status == 400
    assert said in answer.message


def test_two_codes_that_do_not_follow_on_one_another_enable_nothing(root):
    root.send(do="create", name="phone")
    answer = root.send(
        do="enable", serial=f"arn:aws:iam::{ACCOUNT}:mfa/phone", code1="000000", code2="000001"
    )

    assert answer.message == "Authentication code for device is not valid."


def test_a_form_of_another_page_is_refused(root, fresh):
    form = {"do": "create", "name": "phone"}
    for path, sent in ((DEVICES, form), (SIGN_IN, TYPED)):
        answer = ask(fresh, "POST", path, sent, Cookie=root.cookie, Origin="https://evil.example")
        assert answer.status == 403


@pytest.mark.parametrize(
    "typed",
    [
        {"key": "nobody"}, {"key": ""}, {"key": "\0"}, {"secret": "wrong"}, {"secret": ""},
        {"secret": "\u20ac"},
    ],
)  # fmt: skip
def test_what_is_wrong_lets_nobody_in(fresh, typed):
    assert ask(fresh, "POST", SIGN_IN, TYPED | typed).status == 401


def test_a_users_key_is_not_the_roots(fresh, iam):
    iam.create_user(UserName="alice")
    key = iam.create_access_key(UserName="alice")["AccessKey"]
    typed = {"key": key["AccessKeyId"], "secret": key["SecretAccessKey"]}

    assert ask(fresh, "POST", SIGN_IN, typed).status == 401


def test_guessing_locks_the_root_out_of_sign_in_for_a_while(fresh):
    with ThreadPoolExecutor(THREADS) as pool:
        wrong = TYPED | {"secret": "wrong"}
        list(pool.map(lambda _: ask(fresh, "POST", SIGN_IN, wrong), range(10)))

    assert ask(fresh, "POST", SIGN_IN, TYPED).status == 401
    fresh.clock.ahead = timedelta(minutes=1)
    assert cookie(ask(fresh, "POST", SIGN_IN, TYPED))


def test_a_session_ends_with_the_key_that_began_it(root, fresh):
    assert ask(fresh, "GET", "/_doorward/session", Cookie=root.cookie).status == 200
    fresh.running.database.write(
        lambda db: access_keys.set_active(db, ACCOUNT, "root-key-id", active=False)
    )

    assert ask(fresh, "GET", "/_doorward/session", Cookie=root.cookie).status == 401
    assert root.page().status == 401
    assert ask(fresh, "POST", SIGN_IN, TYPED).status == 401


def test_all_of_it_is_on_record_without_a_secret(root, fresh):
    root.enable()
    ask(fresh, "POST", SIGN_IN, TYPED)
    root.send(do="deactivate", serial=SERIAL)
    if waiting := fresh.running.recorder.flush():
        waiting.result()
    with fresh.running.database.read() as db:
        rows = db.exec_driver_sql("SELECT event FROM audit_event ORDER BY sequence").all()
    text = [row[0] for row in rows]
    events = [json.loads(one) for one in text]

    assert [(one["eventName"], one.get("errorMessage")) for one in events] == [
        ("ConsoleLogin", None),
        ("CreateVirtualMFADevice", None),
        ("EnableMFADevice", None),
        ("ConsoleLogin", "Failed authentication"),
        ("DeactivateMFADevice", None),
    ]
    assert {one["userIdentity"]["type"] for one in events} == {"Root"}
    assert totp.seed_text(root.seed) not in "".join(text)
    assert "root-secret" not in "".join(text)
