"""Attributes of certificates as session tags and source identities."""

import pytest
from cryptography import x509
from cryptography.x509.oid import NameOID

from authn import pki
from doorward.services.rolesanywhere import attributes, mappings

DEFAULTS = mappings.by_field(mappings.DEFAULTS)


@pytest.fixture(scope="module")
def root():
    return pki.authority()


def named(root, *pairs, **more):
    return pki.issue(pki.name(*pairs), root, **more).certificate


def test_all_attributes_of_both_names_are_tags(root):
    strange = x509.ObjectIdentifier("1.2.3.4")
    made = named(root, (pki.COMMON_NAME, "build"), (pki.UNIT, "a"), (strange, "s"), (pki.UNIT, "b"))

    assert attributes.tags(made, DEFAULTS).tags == {
        "x509Issuer/CN": "root",
        "x509Issuer/O": "Example",
        "x509Subject/CN": "build",
        "x509Subject/OU": "a/b",
        "x509Subject/1.2.3.4": "s",
    }


@pytest.mark.parametrize("value", ["a*b", "a$b", "<a>", "a,b", "x" * 257])
def test_what_no_tag_can_hold_is_left_out(root, value):
    oid = x509.ObjectIdentifier("1.2.3.4")  # one without a length of its own
    found = attributes.tags(named(root, (pki.COMMON_NAME, "x"), (oid, value)), DEFAULTS)

    assert "x509Subject/1.2.3.4" not in found.tags
    assert found.dropped["x509Subject"] == ["1.2.3.4"]


def test_only_mapped_attributes_are_tags(root):
    made = named(
        root,
        (pki.COMMON_NAME, "build"),
        (pki.UNIT, "ci"),
        san=[x509.DNSName("a.example"), x509.RFC822Name("a@example"), x509.DNSName("b.example")],
    )
    assert attributes.tags(made, {}).tags == {}
    some = {"x509Subject": ["OU"], "x509SAN": ["DNS", "URI"]}
    assert attributes.tags(made, some).tags == {
        "x509Subject/OU": "ci",
        "x509SAN/DNS": "a.example",
    }


@pytest.mark.parametrize(
    ("common_name", "identity"),
    [
        ("build", "CN=build"),
        ("x" * 61, "CN=" + "x" * 61),
        ("x" * 62, "x" * 62),
        ("x" * 64, "x" * 64),
        ("two words", "ID=0123"),
        ("a*", "ID=0123"),
        (None, "ID=0123"),
    ],
)
def test_the_source_identity_is_the_common_name_or_the_serial_number(root, common_name, identity):
    pairs = [(NameOID.LOCALITY_NAME, "Paris")]
    pairs += [(pki.COMMON_NAME, common_name)] if common_name else []

    assert attributes.source_identity(named(root, *pairs, serial=291)) == identity
