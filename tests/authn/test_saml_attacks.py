"""Attacks on SAML: wrapped signatures, split texts, document types, repeated ids.

https://www.usenix.org/system/files/conference/usenixsecurity12/sec12-final91.pdf
"""

import copy
from datetime import UTC, datetime

import pytest
from lxml import etree

from authn import saml_idp as idp
from authn.saml_idp import ENTITY, NAMES, NOW
from doorward.authn import saml, saml_signature
from doorward.authn.saml_conditions import Unnamed
from doorward.authn.saml_signature import STRONG, Unsigned
from doorward.base.errors import AwsError

FAR = datetime(2126, 1, 1, tzinfo=UTC)
PROVIDER = saml.Provider({ENTITY: [idp.der(idp.key_pair()[1])]}, FAR)
SIGNATURE = f"{{{NAMES['ds']}}}Signature"
ASSERTION = f"{{{NAMES['saml']}}}Assertion"
BY_ASSERTION = idp.response(idp.signed(idp.assertion()))
BY_RESPONSE = idp.signed(idp.response(idp.assertion()))
BY_BOTH = idp.signed(idp.response(idp.signed(idp.assertion())))


def read(text):
    """The name that is believed, None where nothing is."""
    document = text if isinstance(text, str | bytes) else etree.tostring(text)
    try:
        return saml.verify(idp.encoded(document), PROVIDER, NOW).subject.name
    except (AwsError, Unnamed):
        return None


def test_the_responses_that_are_attacked_here_are_believed_as_they_are():
    for text in (BY_ASSERTION, BY_RESPONSE, BY_BOTH):
        assert read(text) == "alice"


def evil(element, id="_evil"):
    """A copy of *element* without its own signature, of another name and id."""
    found = copy.deepcopy(element)
    for signature in found.findall(SIGNATURE):
        found.remove(signature)
    for name in found.iter(f"{{{NAMES['saml']}}}NameID"):
        name.text = "mallory"
    if id:
        found.set("ID", id)
    return found


def parts(text):
    """Root, assertion, and the signature of whichever is signed."""
    root = etree.fromstring(text)
    inner = root.find(ASSERTION)
    signature = root.find(SIGNATURE)
    return root, inner, signature if signature is not None else inner.find(SIGNATURE)


def within(signature, element):
    """Puts *element* into an Object of *signature*."""
    holder = etree.SubElement(signature, f"{{{NAMES['ds']}}}Object")
    holder.append(element)


def wrapped_1(id):
    """The signed response inside the signature of an evil one."""
    root, _, signature = parts(BY_RESPONSE)
    forged = evil(root, id)
    moved = copy.deepcopy(signature)
    root.remove(signature)
    within(moved, root)
    forged.insert(1, moved)
    return forged


def wrapped_2(id):
    """The signed response beside the signature in an evil one."""
    root, _, signature = parts(BY_RESPONSE)
    forged = evil(root, id)
    moved = copy.deepcopy(signature)
    root.remove(signature)
    forged.insert(1, root)
    forged.insert(2, moved)
    return forged


def wrapped_3(id):
    """An evil assertion before the signed one."""
    root, inner, _ = parts(BY_ASSERTION)
    root.insert(root.index(inner), evil(inner, id))
    return root


def wrapped_4(id):
    """The signed assertion inside an evil one."""
    root, inner, _ = parts(BY_ASSERTION)
    forged = evil(inner, id)
    root.replace(inner, forged)
    forged.append(inner)
    return root


def wrapped_5(id):
    """The signature in an evil assertion, and what it signs after that."""
    root, inner, signature = parts(BY_ASSERTION)
    forged = evil(inner, id)
    inner.remove(signature)
    forged.insert(1, signature)
    root.replace(inner, forged)
    root.append(inner)
    return root


def wrapped_6(id):
    """The signature in an evil assertion, and what it signs inside the signature."""
    root, inner, signature = parts(BY_ASSERTION)
    forged = evil(inner, id)
    inner.remove(signature)
    root.replace(inner, forged)
    forged.insert(1, signature)
    signature.append(inner)
    return root


def wrapped_7(id):
    """An evil assertion in the response's extensions, where a schema looks at nothing."""
    root, inner, _ = parts(BY_ASSERTION)
    extensions = etree.Element(f"{{{NAMES['samlp']}}}Extensions")
    extensions.append(evil(inner, id))
    root.insert(1, extensions)
    return root


def wrapped_8(id):
    """An evil assertion with the signature, and what it signs in an Object of that."""
    root, inner, signature = parts(BY_ASSERTION)
    forged = evil(inner, id)
    inner.remove(signature)
    root.replace(inner, forged)
    forged.insert(1, signature)
    within(signature, inner)
    return root


WRAPPED = [wrapped_1, wrapped_2, wrapped_3, wrapped_4, wrapped_5, wrapped_6, wrapped_7, wrapped_8]


@pytest.mark.parametrize("wrap", WRAPPED)
@pytest.mark.parametrize("id", ["_evil", None, ""])
def test_a_wrapped_signature_is_refused_whatever_the_id_of_the_evil_element(wrap, id):
    assert read(wrap(id)) is None


@pytest.mark.parametrize("wrap", WRAPPED)
def test_a_wrapped_signature_is_refused_within_a_signed_response_too(wrap):
    root = wrap("_evil")
    outer = etree.fromstring(BY_BOTH)
    taken = copy.deepcopy(outer.find(SIGNATURE))
    root.insert(1, taken)

    assert read(root) is None


def texts(root):
    for element in root.iter():
        if isinstance(element.tag, str) and element.text and element.text.strip():
            yield element


@pytest.mark.parametrize("kind", ["comment", "instruction"])
@pytest.mark.parametrize("text", [BY_ASSERTION, BY_RESPONSE])
def test_a_comment_or_an_instruction_in_any_text_is_refused(text, kind):
    count = len(list(texts(etree.fromstring(text))))
    assert count > 8
    for number in range(count):
        root = etree.fromstring(text)
        element = list(texts(root))[number]
        split = etree.Comment("x") if kind == "comment" else etree.ProcessingInstruction("x")
        whole = element.text
        element.text, split.tail = whole[:1], whole[1:]
        element.insert(0, split)

        assert read(root) is None


def test_a_name_that_goes_on_after_a_comment_is_not_cut_short():
    text = idp.response(idp.signed(idp.assertion(name="alice@example.com<!---->.evil.example")))

    assert read(text) is None


def test_cdata_is_refused():
    assert read(BY_ASSERTION.replace(">alice<", "><![CDATA[alice]]><")) is None


DOCUMENT_TYPES = [
    '<!DOCTYPE x [<!ENTITY e "alice">]>',
    '<!DOCTYPE x SYSTEM "file:///etc/passwd">',
    "<!DOCTYPE x>",
    "<!doctype x>",
    "<!DOCTYPE x [<!ATTLIST samlp:Response ID ID #IMPLIED>]>",
]


@pytest.mark.parametrize("doctype", DOCUMENT_TYPES)
def test_a_document_type_is_refused(doctype):
    assert read(doctype + BY_ASSERTION) is None
    assert read(f'<?xml version="1.0"?>{doctype}{BY_ASSERTION}') is None


def test_a_declaration_does_not_change_the_encoding():
    assert read(f'<?xml version="1.0" encoding="UTF-8"?>\n{BY_ASSERTION}\n') == "alice"
    for encoding in ("utf-16", "utf-7", "cp037"):
        assert read(BY_ASSERTION.encode(encoding)) is None
    smuggled = BY_ASSERTION.replace(">alice<", ">+ADw-x/+AD4-<")
    assert read(f'<?xml version="1.0" encoding="UTF-7"?>{smuggled}') is None


def test_an_id_that_is_there_twice_is_refused_in_any_spelling():
    for spelled in ("ID", "Id", "id", "xml:id"):
        more = f'<samlp:Extensions {spelled}="_a1"/>'
        text = BY_ASSERTION.replace("<samlp:Status>", f"{more}<samlp:Status>")
        assert text != BY_ASSERTION

        assert read(text) is None


def signed_info(change):
    """The response with the text of its signature changed; its value no longer fits, of course."""
    text = change(BY_ASSERTION)
    assert text != BY_ASSERTION
    return text


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace('URI="#_a1"', 'URI=""'),
        lambda text: text.replace('URI="#_a1"', ""),
        lambda text: text.replace('URI="#_a1"', 'URI="#_r1"'),
        lambda text: text.replace("rsa-sha256", "hmac-sha256"),
        lambda text: text.replace("enveloped-signature", "base64"),
        lambda text: text.replace("<ds:SignatureValue>", "<ds:SignatureValue/><ds:SignatureValue>"),
    ],
)
def test_a_signature_over_nothing_or_something_else_is_refused(change):
    assert read(signed_info(change)) is None


def test_a_second_signed_info_is_refused():
    root, _, signature = parts(BY_ASSERTION)
    signature.append(copy.deepcopy(signature.find(f"{{{NAMES['ds']}}}SignedInfo")))
    assert read(root) is None

    root, inner, signature = parts(BY_ASSERTION)
    inner.append(copy.deepcopy(signature))
    assert read(root) is None


def test_a_signature_without_a_reference_to_its_parent_is_refused_even_if_it_holds():
    """A response whose own signature is over the assertion says nothing of the response."""
    root, inner, signature = parts(BY_ASSERTION)
    inner.remove(signature)
    root.insert(1, signature)

    assert read(root) is None


def test_two_assertions_of_the_provider_in_one_response_are_refused():
    other = idp.signed(idp.assertion(id="_a2", name="bob"))
    text = idp.response(idp.signed(idp.assertion()) + other)

    assert read(text) is None


def test_a_response_in_a_response_is_refused():
    assert read(idp.response(BY_ASSERTION)) is None


def test_depth_and_size_end_in_a_refusal():
    for text in ("<a>" * 100_000, BY_ASSERTION.replace("alice", "x" * 75_000, 1), "<" * 100_000):
        assert read(text) is None


def test_a_namespace_that_cannot_be_made_canonical_signs_nothing():
    """A relative namespace makes canonical XML fail; what fails must not count as empty."""
    root, inner, _ = parts(BY_ASSERTION)
    forged = etree.fromstring(
        etree.tostring(evil(inner, "_a1")).replace(
            b"<saml:Subject>", b'<saml:Subject xmlns:r="relative">'
        )
    )
    signature = inner.find(SIGNATURE)
    forged.insert(1, signature)
    root.replace(inner, forged)

    assert read(root) is None


def test_what_is_read_are_the_signed_bytes_and_not_the_message():
    """The signed bytes do not hold the signature itself, the message does."""
    for text in (BY_ASSERTION, BY_BOTH, BY_RESPONSE):
        found = saml._believed(text.encode(), PROVIDER, STRONG).assertion

        assert found.tag == ASSERTION
        assert not list(found.iter(SIGNATURE))


@pytest.mark.parametrize("uri", ["", "#_r1", "#_a10", "_a1", "#xpointer(id('_a1'))", None])
def test_a_signature_that_refers_to_anything_but_its_parent_is_none(uri):
    _, inner, signature = parts(BY_ASSERTION)
    assert saml_signature.signature_of(inner) is signature
    reference = signature.find(f".//{{{NAMES['ds']}}}Reference")
    if uri is None:
        del reference.attrib["URI"]
    else:
        reference.set("URI", uri)

    with pytest.raises(Unsigned):
        saml_signature.signature_of(inner)


def test_a_signature_that_holds_over_another_element_is_not_one_over_this():
    root, inner, signature = parts(BY_ASSERTION)
    inner.remove(signature)
    root.insert(1, signature)
    certificates = [idp.key_pair()[1]]

    with pytest.raises(Unsigned):
        saml_signature.verified(etree.tostring(root), "./", root, certificates)
