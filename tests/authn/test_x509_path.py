"""Only a certificate whose whole path to the trust anchor holds is believed."""

from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, mldsa

from authn import pki
from doorward.authn import x509_path
from doorward.authn.x509_errors import Untrusted

NOW = datetime(2026, 11, 25, tzinfo=UTC)
SHORT = timedelta(days=2)


@pytest.fixture(scope="module")
def root():
    return pki.authority(now=NOW)


@pytest.fixture(scope="module")
def middle(root):
    return pki.authority("middle", root, now=NOW)


def leads(leaf, *intermediates, to, crls=(), now=NOW):
    """Whether the path is believed."""
    lists = [x509.load_pem_x509_crl(one) for one in crls]
    presented = [one.certificate for one in intermediates]
    try:
        path = x509_path.trusted(
            leaf.certificate, presented, [one.certificate for one in to], lists, now
        )
    except Untrusted:
        return False
    assert path[0] == leaf.certificate
    return path[-1] in [one.certificate for one in to]


def chain(root, length, **more):
    """A certificate with that many authorities between it and *root*, the nearest first."""
    found, by = [], root
    for number in range(length):
        by = pki.authority(f"level-{number}", by, now=NOW, **more)
        found.insert(0, by)
    return pki.workload(by, now=NOW), found


@pytest.mark.parametrize(
    "key",
    [
        pki.rsa_key(),
        pki.ec_key(),
        pki.ec_key(ec.SECP521R1()),
        mldsa.MLDSA65PrivateKey.generate(),
    ],
    ids=["rsa", "p256", "p521", "ml-dsa"],
)
def test_a_certificate_of_the_anchor_is_believed(root, key):
    assert leads(pki.workload(root, key=key, now=NOW), to=[root])


def test_authorities_in_between_may_come_in_any_order_and_either_anchor_will_do(root):
    leaf, between = chain(root, 3)

    assert leads(leaf, *between, to=[root])
    assert leads(leaf, *reversed(between), to=[pki.authority("other", now=NOW), root])
    assert leads(leaf, between[0], to=[between[1]])


def test_a_path_with_a_gap_is_not_believed(root):
    leaf, between = chain(root, 2)

    assert not leads(leaf, between[0], to=[root])
    assert not leads(leaf, to=[root])


def test_five_authorities_in_between_are_the_most(root):
    leaf, between = chain(root, 5)
    assert leads(leaf, *between, to=[root])

    leaf, between = chain(root, 6)
    assert not leads(leaf, *between, to=[root])
    assert not leads(leaf, *between[:5], to=[root])


def test_an_authority_of_the_same_name_is_another_one(root):
    stranger = pki.authority(now=NOW)
    assert stranger.certificate.subject == root.certificate.subject

    assert not leads(pki.workload(stranger, now=NOW), to=[root])
    assert not leads(pki.workload(stranger, now=NOW), stranger, to=[root])


@pytest.mark.parametrize(("days", "held"), [((-3, -1), False), ((1, 3), False), ((-1, 1), True)])
def test_dates_hold_for_every_certificate_of_the_path(days, held):
    root = pki.authority(now=NOW, days=days)
    middle = pki.authority("middle", pki.authority(now=NOW), now=NOW)
    assert leads(pki.workload(root, now=NOW), to=[root]) is held

    root = pki.authority(now=NOW)
    middle = pki.authority("middle", root, now=NOW, days=days)
    assert leads(pki.workload(middle, now=NOW), middle, to=[root]) is held
    assert leads(pki.workload(root, now=NOW, days=days), to=[root]) is held


def test_an_authority_signs_no_requests(root, middle):
    assert not leads(root, to=[root])
    assert not leads(middle, to=[root])
    assert not leads(pki.authority("self", now=NOW), to=[root])


def test_who_is_no_authority_issues_nothing(root):
    leaf = pki.workload(root, now=NOW)
    forged = pki.workload(leaf, "admin", now=NOW)
    assert not leads(forged, leaf, to=[root])
    assert not leads(forged, to=[leaf])

    signs = pki.usage(digital_signature=True, key_cert_sign=True)
    almost = pki.workload(root, now=NOW, usage=signs)
    assert not leads(pki.workload(almost, "admin", now=NOW), almost, to=[root])
    bare = pki.workload(root, now=NOW, usage=signs, constraints=False)
    assert not leads(pki.workload(bare, "admin", now=NOW), bare, to=[root])


@pytest.mark.parametrize("usage", [pki.usage(crl_sign=True), None])
def test_an_authority_must_be_one_for_certificates(usage):
    root = pki.authority(now=NOW, usage=usage)

    assert not leads(pki.workload(root, now=NOW), to=[root])


def test_the_length_that_an_authority_sets_is_kept():
    root = pki.authority(now=NOW, path_length=0)
    middle = pki.authority("middle", root, now=NOW)

    assert leads(pki.workload(root, now=NOW), to=[root])
    assert not leads(pki.workload(middle, now=NOW), middle, to=[root])


@pytest.mark.parametrize(
    "usage", [pki.usage(key_encipherment=True), None], ids=["other", "none at all"]
)
def test_a_certificate_must_be_for_signing(root, usage):
    assert not leads(pki.workload(root, now=NOW, usage=usage), to=[root])


def test_a_certificate_must_have_a_subject(root):
    names = [x509.DNSName("build.example.com")]
    assert not leads(pki.issue(pki.name(), root, now=NOW, san=names), to=[root])


def test_what_is_critical_and_not_known_is_not_believed(root):
    strange = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4"), b"\x05\x00")

    assert leads(pki.workload(root, now=NOW, extensions=[(strange, False)]), to=[root])
    assert not leads(pki.workload(root, now=NOW, extensions=[(strange, True)]), to=[root])
    middle = pki.authority("middle", root, now=NOW, extensions=[(strange, True)])
    assert not leads(pki.workload(middle, now=NOW), middle, to=[root])


def test_an_authority_for_some_names_vouches_for_no_others(root):
    limits = x509.NameConstraints([x509.DNSName("example.com")], None)
    middle = pki.authority("middle", root, now=NOW, extensions=[(limits, True)])

    def named(name):
        leaf = pki.workload(middle, now=NOW, san=[x509.DNSName(name)])
        return leads(leaf, middle, to=[root])

    assert named("build.example.com")
    assert not named("build.example.org")


def test_sha_1_is_not_believed():
    root = pki.authority(key=pki.rsa_key(), now=NOW)
    leaf = pki.workload(root, now=NOW)
    weak = pki.signed_with_sha1(leaf, root)
    assert leads(leaf, to=[root])
    assert weak.certificate.signature_hash_algorithm.name == "sha1"

    assert not leads(weak, to=[root])


@pytest.mark.parametrize(
    "key", [pki.rsa_key(1024), ec.generate_private_key(ec.SECP192R1())], ids=["rsa", "p192"]
)
def test_small_keys_are_not_believed(root, key):
    assert not leads(pki.workload(root, key=key, now=NOW), to=[root])


def test_what_was_revoked_is_not_believed(root, middle):
    leaf, other = pki.workload(root, now=NOW), pki.workload(root, now=NOW)
    lists = [pki.crl(root, 1, leaf.certificate.serial_number, now=NOW)]
    assert not leads(leaf, to=[root], crls=lists)
    assert leads(other, to=[root], crls=lists)

    below = pki.workload(middle, now=NOW)
    lists = [pki.crl(root, middle.certificate.serial_number, now=NOW)]
    assert leads(below, middle, to=[root])
    assert not leads(below, middle, to=[root], crls=lists)


def test_a_serial_number_is_revoked_for_its_issuer_only(root, middle):
    leaf = pki.workload(middle, now=NOW, serial=77)

    assert leads(leaf, middle, to=[root], crls=[pki.crl(root, 77, now=NOW)])


def test_an_old_list_still_revokes(root):
    leaf = pki.workload(root, now=NOW)
    lists = [pki.crl(root, leaf.certificate.serial_number, now=NOW - timedelta(days=90))]

    assert not leads(leaf, to=[root], crls=lists)


def test_a_list_is_of_whoever_signed_it(root):
    def signed(*args, **more):
        crl = x509.load_pem_x509_crl(pki.crl(*args, **more))
        return x509_path.signed_by(crl, root.certificate)

    strange = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4"), b"\x05\x00")
    delta = x509.DeltaCRLIndicator(1)
    assert signed(root, 1)
    assert signed(root, 1, extensions=[(strange, False)])
    assert not signed(root, 1, extensions=[(strange, True)])
    assert not signed(root, 1, extensions=[(delta, True)])
    assert not signed(pki.authority(), 1)
    assert not signed(pki.authority("other"), 1)
