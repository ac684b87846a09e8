"""Sessions for certificates: boto3 gets and refreshes them, and whatever is wrong is refused."""

import base64
import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import boto3
import pytest
from botocore.exceptions import ClientError
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, mldsa
from cryptography.hazmat.primitives.serialization import Encoding

from authn import pki
from cli.credentials.workload import fetched, identity, refreshed
from clients import signing_helper as helper
from clients.conftest import ACCOUNT, OTHER_ACCOUNT, served  # noqa: F401 - fixture
from doorward.store import audit

SERVICE = "rolesanywhere.amazonaws.com"
ASSUMING = ["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"]
ROLE = f"arn:aws:iam::{ACCOUNT}:role/app"


def document(*statements):
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


def trust(**more):
    principal = {"Service": SERVICE}
    return {"Effect": "Allow", "Principal": principal, "Action": ASSUMING, **more}


def source(*authorities):
    bundle = "".join(one.pem for one in authorities)
    return {
        "sourceType": "CERTIFICATE_BUNDLE",
        "sourceData": {"x509CertificateData": bundle},
    }


class House:
    """A trust anchor, a profile and a role, all of which let a workload in."""

    def __init__(self, served):  # noqa: F811
        self.served = served
        self.root = pki.authority()
        self.leaf = pki.workload(self.root)
        self.iam, self.anywhere = served.client("iam"), served.client("rolesanywhere")
        made = self.anywhere.create_trust_anchor(name="ca", source=source(self.root), enabled=True)
        self.anchor = made["trustAnchor"]
        self.iam.create_role(RoleName="app", AssumeRolePolicyDocument=document(trust()))
        made = self.anywhere.create_profile(name="build", roleArns=[ROLE], enabled=True)
        self.profile = made["profile"]
        self.arns = {
            "trustAnchorArn": self.anchor["trustAnchorArn"],
            "profileArn": self.profile["profileArn"],
            "roleArn": ROLE,
        }

    def trusts(self, *statements):
        text = document(*statements)
        self.iam.update_assume_role_policy(RoleName="app", PolicyDocument=text)

    def profiled(self, **more):
        self.anywhere.update_profile(profileId=self.profile["profileId"], **more)

    def request(self, by=None, arns=None, **more):
        by = by or self.leaf
        more.setdefault("now", self.served.clock.now())
        endpoint = self.served.endpoint
        return helper.request(endpoint, by.certificate, by.key, arns or self.arns, **more)

    def ask(self, by=None, **more):
        """Status and answer."""
        return helper.sent(*self.request(by, **more))

    def session(self, by=None, **more):
        """The entry of the session that is given."""
        status, answer = self.ask(by, **more)
        assert status == 201, answer
        (entry,) = answer["credentialSet"]
        return entry

    def refusal(self, by=None, **more):
        status, answer = self.ask(by, **more)
        assert status >= 400, answer
        assert set(answer) == {"message"}
        return status, answer["message"]

    def client(self, entry, service):
        keys = entry["credentials"]
        return self.served.client(
            service, keys["accessKeyId"], keys["secretAccessKey"], keys["sessionToken"]
        )

    def events(self, name):
        if waiting := self.served.running.recorder.flush():
            waiting.result()
        with self.served.running.database.read() as db:
            found = audit.page(db, ACCOUNT, limit=1_000).items
        return [json.loads(one.event) for one in found if one.operation == name]


@pytest.fixture(scope="module")
def shared(served):  # noqa: F811
    """A house that is not changed."""
    served.running.reset()
    return House(served)


@pytest.fixture
def house(fresh):
    return House(fresh)


UNTRUSTED = (403, "Untrusted Signing Certificate")
WRONG = (403, "Invalid signature")


class TestAnUnchangedHouse:
    """All that a request alone can be wrong in."""

    @pytest.mark.parametrize(
        "key",
        [pki.rsa_key(), pki.ec_key(ec.SECP384R1()), mldsa.MLDSA44PrivateKey.generate()],
        ids=["rsa", "ecdsa", "ml-dsa"],
    )
    def test_every_kind_of_key_gets_a_session(self, shared, key):
        leaf = pki.workload(shared.root, key=key, serial=291)

        entry = shared.session(leaf)

        assert entry["sourceIdentity"] == "CN=build"
        assert entry["roleArn"] == ROLE
        assumed = f"arn:aws:sts::{ACCOUNT}:assumed-role/app/0123"
        assert entry["assumedRoleUser"]["arn"] == assumed
        assert shared.client(entry, "sts").get_caller_identity()["Arn"] == assumed
        ends = datetime.fromisoformat(entry["credentials"]["expiration"])
        assert abs(ends - shared.served.clock.now() - timedelta(hours=1)) < timedelta(minutes=1)

    def test_arns_may_stand_in_the_body(self, shared):
        body = {"durationSeconds": 900, **shared.arns}

        assert shared.session(arns={"x": "1"}, body=body)["roleArn"] == ROLE
        assert shared.session(body=body)["roleArn"] == ROLE
        other = body | {"roleArn": ROLE + "2"}
        assert shared.refusal(body=other) == (400, "roleArn was given twice")

    def test_a_chain_leads_to_the_anchor(self, shared):
        middle = pki.authority("middle", shared.root)
        leaf = pki.workload(middle)

        assert shared.session(leaf, chain=[middle.certificate])
        assert shared.refusal(leaf) == UNTRUSTED
        six = [middle.certificate] * 6
        assert shared.refusal(leaf, chain=six) == UNTRUSTED

    def test_wrong_certificates_are_refused(self, shared):
        ca = shared.root
        rsa_ca = pki.authority(key=pki.rsa_key())
        for leaf in (
            pki.workload(ca, days=(-5, -1)),
            pki.workload(ca, days=(1, 5)),
            pki.workload(pki.authority()),
            pki.issue(pki.name((pki.COMMON_NAME, "build"))),
            pki.authority("inner", ca),
            ca,
            pki.workload(pki.workload(ca)),
            pki.workload(ca, key=pki.rsa_key(1024)),
            pki.signed_with_sha1(pki.workload(rsa_ca), rsa_ca),
        ):
            assert shared.refusal(leaf) == UNTRUSTED

    @pytest.mark.parametrize(
        ("minutes", "held"), [(-16, False), (-14, True), (14, True), (16, False)]
    )
    def test_a_request_is_good_for_fifteen_minutes(self, shared, minutes, held):
        now = shared.served.clock.now() + timedelta(minutes=minutes)

        status, answer = shared.ask(now=now)

        assert status == (201 if held else 403)
        assert held or answer["message"].startswith("Signature ")

    @pytest.mark.parametrize(
        ("wrong", "message"),
        [
            ({"service": "sts"}, "Credential should be scoped to correct service"),
            ({"serial": 1}, "Invalid signature"),
            ({"serial": "0x1"}, "Invalid signature"),
            ({"region": "eu-west-1"}, "Untrusted Signing Certificate"),
            ({"name": "AWS4-X509-RSA-SHA256"}, "Authorization header must begin with"),
            ({"name": "AWS4-X509-ECDSA-SHA1"}, "Authorization header must begin with"),
        ],
        ids=lambda value: next(iter(value.items()))[0] if isinstance(value, dict) else "",
    )
    def test_what_is_signed_for_something_else_is_refused(self, shared, wrong, message):
        status, told = shared.refusal(**wrong)

        assert status == 403
        assert told.startswith(message)

    def test_another_algorithm_of_signatures_does_not_get_here(self, shared):
        url, headers, content = shared.request()
        headers["authorization"] = headers["authorization"].replace(
            "AWS4-X509-ECDSA-SHA256", "AWS4-HMAC-SHA256"
        )
        status, answer = helper.sent(url, headers, content)
        assert status in {403, 404}, answer

    def test_the_key_of_another_certificate_signs_nothing(self, shared):
        stolen = pki.Issued(shared.leaf.certificate, pki.ec_key())

        assert shared.refusal(stolen) == WRONG

    def test_whatever_is_changed_after_signing_is_noticed(self, shared):
        other = quote(ROLE + "2", safe="")
        url, headers, content = shared.request()
        signature = headers["authorization"]
        der = helper.der(pki.workload(shared.root).certificate)
        for changed in (
            (url.replace(quote(ROLE, safe=""), other), headers, content),
            (url + "&durationSeconds=3600", headers, content),
            (url, headers, content + b" "),
            (url, headers, b'{"durationSeconds": 900}'),
            (url, headers | {"x-amz-x509": der}, content),
            (url, headers | {"content-type": "text/plain"}, content),
            (url, headers | {"authorization": signature[:-2] + "00"}, content),
            (url, headers | {"authorization": signature[:-2]}, content),
            (url, headers | {"authorization": signature + "zz"}, content),
        ):
            status, answer = helper.sent(*changed)
            assert (status, answer["message"]) == WRONG, changed

    def test_a_header_that_says_something_must_be_signed(self, shared):
        url, headers, content = shared.request()
        chain = helper.der(pki.authority("middle", shared.root).certificate)

        status, answer = helper.sent(url, headers | {"x-amz-x509-chain": chain}, content)

        assert status == 403
        assert answer["message"] == (
            "'x-amz-x509-chain' must be a 'SignedHeader' in the AWS Authorization."
        )

    def test_a_request_is_signed_in_one_way(self, shared):
        url, headers, content = shared.request()
        for changed in (
            (url + "&X-Amz-Algorithm=AWS4-HMAC-SHA256", headers, content),
            (url, headers | {"x-amz-security-token": "x"}, content),
        ):
            status, answer = helper.sent(*changed)
            assert (status, answer["message"]) == (403, "A request is signed in one way only.")

    @pytest.mark.parametrize("text", ["", "!", "AAAA", base64.b64encode(b"x" * 20_000).decode()])
    def test_what_is_no_certificate_is_refused(self, shared, text):
        url, headers, content = shared.request()

        status, answer = helper.sent(url, headers | {"x-amz-x509": text}, content)

        assert (status, answer["message"]) == UNTRUSTED

    def test_what_cannot_be_read_is_refused(self, shared):
        for body in (
            [],
            {"durationSeconds": 899},
            {"durationSeconds": "x"},
            {"roleSessionName": 1},
        ):
            status, _ = shared.refusal(body=body)
            assert status == 400
        for name in shared.arns:
            arns = {key: value for key, value in shared.arns.items() if key != name}
            assert shared.refusal(arns=arns) == (400, f"{name} is missing or is not an ARN")

    def test_what_is_not_there_is_not_found(self, shared):
        there = shared.arns["trustAnchorArn"]
        for wrong in (there[:-1] + "x", there.replace(ACCOUNT, OTHER_ACCOUNT)):
            arns = shared.arns | {"trustAnchorArn": wrong}
            assert shared.refusal(arns=arns) == (404, "trust-anchor not found")
        there = shared.arns["profileArn"]
        for wrong in (
            there[:-1] + "x",
            there.replace(ACCOUNT, OTHER_ACCOUNT),
            there.replace("us-east-1", "eu-west-1"),
        ):
            arns = shared.arns | {"profileArn": wrong}
            assert shared.refusal(arns=arns) == (404, "profile not found")

    def test_a_session_has_its_name_only_where_the_profile_lets_it(self, shared):
        refused = shared.refusal(body={"roleSessionName": "mine"})

        assert refused == (403, "Not authorized to set roleSessionName.")

    def test_only_roles_of_the_profile_are_given(self, shared):
        for role in (ROLE + "2", ROLE.replace(ACCOUNT, OTHER_ACCOUNT)):
            status, told = shared.refusal(arns=shared.arns | {"roleArn": role})
            assert (status, told) == (403, f"The profile has not the role {role}")

    def test_what_is_not_believed_is_on_no_record(self, shared):
        before = len(shared.events("CreateSession"))
        subjects = shared.anywhere.list_subjects()["subjects"]

        shared.refusal(pki.workload(pki.authority()))

        assert len(shared.events("CreateSession")) == before
        assert shared.anywhere.list_subjects()["subjects"] == subjects


def test_boto3_gets_credentials_from_a_certificate_and_refreshes_them(house, monkeypatch, tmp_path):
    (tmp_path / "cert.pem").write_text(house.leaf.pem)
    (tmp_path / "key.pem").write_text(house.leaf.key_pem)
    flags = {
        "--certificate": tmp_path / "cert.pem",
        "--private-key": tmp_path / "key.pem",
        "--endpoint": house.served.endpoint,
        "--trust-anchor-arn": house.arns["trustAnchorArn"],
        "--profile-arn": house.arns["profileArn"],
        "--role-arn": ROLE,
    }
    command = [
        sys.executable,
        helper.__file__,
        *(str(one) for pair in flags.items() for one in pair),
    ]
    config = tmp_path / "config"
    config.write_text(f"[profile app]\ncredential_process = {' '.join(command)}\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
    found, session = fetched(monkeypatch, "custom-process", "app")
    first = found.get_frozen_credentials()

    serial = f"{house.leaf.certificate.serial_number:x}"
    assert identity(house.served, session).rpartition("/")[2] in {serial, "0" + serial}
    assert refreshed(found).access_key != first.access_key


def test_our_own_command_gets_the_same(house, monkeypatch, tmp_path):
    middle = pki.authority("middle", house.root)
    leaf = pki.workload(middle, key=pki.rsa_key(), serial=291)
    (tmp_path / "cert.pem").write_text(leaf.pem)
    (tmp_path / "between.pem").write_text(middle.pem)
    (tmp_path / "key.pem").write_text(leaf.key_pem)
    flags = {
        "--certificate": tmp_path / "cert.pem",
        "--private-key": tmp_path / "key.pem",
        "--intermediates": tmp_path / "between.pem",
        "--endpoint-url": house.served.endpoint,
        "--trust-anchor-arn": house.arns["trustAnchorArn"],
        "--profile-arn": house.arns["profileArn"],
        "--role-arn": ROLE,
    }
    words = [str(one) for pair in flags.items() for one in pair]
    command = [sys.executable, "-m", "doorward", "credentials", "certificate", *words]
    config = tmp_path / "config"
    config.write_text(f"[profile app]\ncredential_process = {' '.join(command)}\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
    found, session = fetched(monkeypatch, "custom-process", "app")

    assert identity(house.served, session).endswith(":assumed-role/app/0123")
    assert found.account_id == ACCOUNT

    house.anywhere.disable_profile(profileId=house.profile["profileId"])
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stdout) == (1, "")
    assert "The profile is disabled" in done.stderr
    (tmp_path / "key.pem").write_text("text")
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("doorward: --private-key: ")


def test_an_anchor_or_profile_that_is_disabled_gives_nothing_at_once(house):
    anchor, profile = house.anchor["trustAnchorId"], house.profile["profileId"]
    house.anywhere.disable_profile(profileId=profile)
    assert house.refusal() == (403, "The profile is disabled")
    house.anywhere.enable_profile(profileId=profile)
    assert house.session()

    house.anywhere.disable_trust_anchor(trustAnchorId=anchor)
    assert house.refusal() == (403, "The trust anchor is disabled")
    house.anywhere.enable_trust_anchor(trustAnchorId=anchor)
    assert house.session()

    house.anywhere.delete_profile(profileId=profile)
    assert house.refusal() == (404, "profile not found")


def test_a_revoked_certificate_gets_nothing_while_the_list_is_enabled(house):
    gone, kept = house.leaf, pki.workload(house.root)
    made = house.anywhere.import_crl(
        name="revoked",
        crlData=pki.crl(house.root, gone.certificate.serial_number),
        trustAnchorArn=house.arns["trustAnchorArn"],
    )["crl"]
    assert house.session(gone)

    house.anywhere.enable_crl(crlId=made["crlId"])
    assert house.refusal(gone) == UNTRUSTED
    assert house.session(kept)

    newer = pki.crl(house.root, kept.certificate.serial_number)
    house.anywhere.update_crl(crlId=made["crlId"], crlData=newer)
    assert house.session(gone)
    assert house.refusal(kept) == UNTRUSTED


def test_an_anchor_that_gets_another_source_believes_that_one(house):
    other = pki.authority("other")
    anchor = house.anchor["trustAnchorId"]

    house.anywhere.update_trust_anchor(trustAnchorId=anchor, source=source(other))

    assert house.refusal() == UNTRUSTED
    assert house.session(pki.workload(other))
    house.anywhere.update_trust_anchor(trustAnchorId=anchor, source=source(other, house.root))
    assert house.session()


CONDITIONS = [
    ({"StringEquals": {"aws:PrincipalTag/x509Subject/OU": "ci"}}, True),
    ({"StringEquals": {"aws:PrincipalTag/x509Subject/OU": "hr"}}, False),
    ({"StringEquals": {"aws:PrincipalTag/x509Issuer/CN": "root"}}, True),
    ({"StringEquals": {"aws:PrincipalTag/x509SAN/DNS": "a.example.com"}}, True),
    ({"StringEquals": {"aws:PrincipalTag/x509SAN/DNS": "b.example.com"}}, False),
    ({"StringEquals": {"aws:PrincipalTag/x509SAN/URI": "spiffe://example/build"}}, True),
    ({"StringEquals": {"aws:PrincipalTag/x509SAN/Name/CN": "first/second"}}, True),
    ({"StringNotEquals": {"aws:PrincipalTag/x509Subject/L": "Paris"}}, True),
    ({"StringEquals": {"aws:SourceAccount": ACCOUNT}}, True),
    ({"StringEquals": {"aws:SourceAccount": OTHER_ACCOUNT}}, False),
    ({"ArnLike": {"aws:SourceArn": f"arn:aws:rolesanywhere:*:{ACCOUNT}:trust-anchor/*"}}, True),
    ({"ArnLike": {"aws:SourceArn": f"arn:aws:rolesanywhere:*:{ACCOUNT}:profile/*"}}, False),
    ({"StringEquals": {"sts:SourceIdentity": "CN=build"}}, True),
    ({"StringEquals": {"sts:SourceIdentity": "CN=admin"}}, False),
]


def test_the_trust_policy_sees_the_certificate_and_the_anchor(house):
    first, second = (pki.name((pki.COMMON_NAME, one)) for one in ("first", "ignored"))
    both = x509.Name([*first, x509.NameAttribute(pki.COMMON_NAME, "second")])
    names = [
        x509.DNSName("a.example.com"),
        x509.DNSName("b.example.com"),
        x509.UniformResourceIdentifier("spiffe://example/build"),
        x509.DirectoryName(both),
        x509.DirectoryName(second),
    ]
    leaf = pki.workload(house.root, san=names)
    for condition, allowed in CONDITIONS:
        house.trusts(trust(Condition=condition))
        status, answer = house.ask(leaf)
        assert (status == 201) is allowed, (condition, answer)


def test_a_role_that_does_not_trust_all_of_it_is_not_given(house):
    for statement in (
        {"Action": ["sts:AssumeRole", "sts:TagSession"]},
        {"Action": ["sts:AssumeRole", "sts:SetSourceIdentity"]},
        {"Action": ["sts:TagSession", "sts:SetSourceIdentity"]},
        {"Principal": {"Service": "ec2.amazonaws.com"}},
        {"Principal": {"AWS": ACCOUNT}},
    ):
        house.trusts(trust(**statement))

        assert house.refusal() == (403, f"Unable to assume role for {ROLE}"), statement


def test_mappings_say_which_attributes_become_tags(house):
    house.trusts(trust(Condition={"StringEquals": {"aws:PrincipalTag/x509Subject/OU": "ci"}}))
    given = {"profileId": house.profile["profileId"], "certificateField": "x509Subject"}
    assert house.session()

    house.anywhere.delete_attribute_mapping(**given)
    assert house.refusal()[0] == 403
    house.anywhere.put_attribute_mapping(**given, mappingRules=[{"specifier": "CN"}])
    assert house.refusal()[0] == 403
    house.anywhere.put_attribute_mapping(**given, mappingRules=[{"specifier": "OU"}])
    assert house.session()


def test_an_attribute_that_no_tag_can_hold_is_named_in_the_refusal(house):
    house.trusts(trust(Condition={"StringEquals": {"aws:PrincipalTag/x509SAN/DNS": "x"}}))
    leaf = pki.workload(house.root, san=[x509.DNSName("*.example.com")])

    assert house.refusal(leaf) == (
        403,
        (
            f"Unable to assume role for {ROLE}. Some attributes failed to be mapped into session "
            "tags. Issuer: [  ]; Subject: [  ]; SAN: [ DNS ]"
        ),
    )


def test_the_session_has_what_the_profile_lets_it(house):
    statement = {"Effect": "Allow", "Action": "iam:*", "Resource": "*"}
    tagged = {"StringEquals": {"aws:PrincipalTag/x509Subject/OU": "ci"}}
    everything = document({**statement, "Condition": tagged})
    house.iam.put_role_policy(RoleName="app", PolicyName="all", PolicyDocument=everything)
    assert house.client(house.session(), "iam").list_users()

    house.profiled(sessionPolicy=document({**statement, "Action": "iam:ListRoles"}))
    limited = house.client(house.session(), "iam")
    assert limited.list_roles()["Roles"]
    with pytest.raises(ClientError, match="no session policy allows"):
        limited.list_users()

    house.profiled(
        sessionPolicy=everything, managedPolicyArns=["arn:aws:iam::aws:policy/IAMReadOnlyAccess"]
    )
    assert house.client(house.session(), "iam").list_users()


def test_the_profile_and_the_role_bound_how_long_a_session_lasts(house):
    def seconds(**body):
        ends = datetime.fromisoformat(house.session(body=body)["credentials"]["expiration"])
        return round((ends - house.served.clock.now()).total_seconds() / 900) * 900

    assert seconds() == 3600
    assert seconds(durationSeconds=900) == 900
    assert seconds(durationSeconds=7200) == 3600
    house.profiled(durationSeconds=7200)
    status, told = house.refusal(body={})
    assert status == 400
    assert "MaxSessionDuration" in told
    assert seconds(durationSeconds=3600) == 3600
    house.iam.update_role(RoleName="app", MaxSessionDuration=7200)
    assert seconds() == 7200


def test_a_profile_may_take_names_and_ask_for_properties(house):
    house.profiled(acceptRoleSessionName=True)
    entry = house.session(body={"roleSessionName": "nightly"})
    assert entry["assumedRoleUser"]["arn"].endswith("/nightly")

    made = house.anywhere.create_profile(
        name="strict", roleArns=[ROLE], enabled=True, requireInstanceProperties=True
    )
    arns = house.arns | {"profileArn": made["profile"]["profileArn"]}
    assert house.refusal(arns=arns) == (400, "Instance properties are required")
    assert house.session(arns=arns, body={"instanceProperties": {"rack": "7"}})


def test_a_subject_is_written_down_with_what_it_came_with(house):
    house.session(body={"instanceProperties": {"rack": "7"}})
    second = pki.workload(house.root)
    house.session(second)
    house.session(second)
    house.trusts(trust(Principal={"Service": "ec2.amazonaws.com"}))
    house.refusal(second)
    house.refusal(pki.workload(house.root, "other"))

    names = {one["x509Subject"]: one for one in house.anywhere.list_subjects()["subjects"]}
    assert set(names) == {"CN=build,OU=ci,O=Example", "CN=other,OU=ci,O=Example"}
    found = names["CN=build,OU=ci,O=Example"]
    shown = house.anywhere.get_subject(subjectId=found["subjectId"])["subject"]
    assert shown["enabled"]
    last, first = shown["credentials"]
    assert last["serialNumber"] == str(second.certificate.serial_number)
    assert (last["failed"], first["failed"]) == (True, False)
    der = base64.b64decode(first["x509CertificateData"])
    assert der == house.leaf.certificate.public_bytes(Encoding.DER)
    (properties,) = shown["instanceProperties"]
    assert properties["properties"] == {"rack": "7"}


def test_every_session_is_on_record_twice_and_without_secrets(house):
    entry = house.session()
    house.trusts(trust(Principal={"Service": "ec2.amazonaws.com"}))
    house.refusal()

    refused, given = house.events("CreateSession")
    assert given["eventSource"] == SERVICE
    assert given["userIdentity"]["arn"].startswith(
        f"arn:aws:rolesanywhere:us-east-1:{ACCOUNT}:subject/"
    )
    assert given["requestParameters"]["roleArn"] == ROLE
    assert not given["readOnly"]
    assert refused["errorCode"] == "AccessDeniedException"
    text = json.dumps(given)
    assert entry["credentials"]["secretAccessKey"] not in text
    assert entry["credentials"]["sessionToken"] not in text
    for event in house.events("AssumeRole"):
        assert event["userIdentity"] == {"type": "AWSService", "invokedBy": SERVICE}


def test_a_role_that_is_made_anew_gets_nothing_of_the_old_session(house):
    client = house.client(house.session(), "sts")
    assert client.get_caller_identity()

    house.iam.delete_role(RoleName="app")
    house.iam.create_role(RoleName="app", AssumeRolePolicyDocument=document(trust()))

    with pytest.raises(ClientError, match="InvalidClientTokenId"):
        client.get_caller_identity()


def test_a_replay_is_refused_once_fifteen_minutes_are_over(house):
    request = house.request()
    assert helper.sent(*request)[0] == 201
    assert helper.sent(*request)[0] == 201

    house.served.clock.ahead = timedelta(minutes=15, seconds=2)

    status, answer = helper.sent(*request)
    assert status == 403
    assert answer["message"].startswith("Signature expired")


def test_boto3_speaks_to_the_service_by_its_name(house):
    made = boto3.Session("root-key-id", "root-secret", region_name="us-east-1")
    client = made.client("rolesanywhere", endpoint_url=house.served.endpoint)

    assert client.meta.service_model.service_name == "rolesanywhere"
    assert datetime.now(UTC) - client.list_profiles()["profiles"][0]["createdAt"] < timedelta(
        hours=1
    )
