"""Forms read piece by piece."""

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from doorward.base.errors import AwsError
from doorward.wire.multipart import FIELDS_BYTES, FieldsTooLarge, Form, MalformedForm
from doorward.wire.refusals import InvalidArgument

TYPE = "multipart/form-data; boundary=b"
PART = b'--b\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n'
FILE = (
    b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\n%s\r\n--b--\r\n'
)


def read(*pieces, kind=TYPE):
    """The form and the bytes of its file."""
    form = Form(kind)
    data = b"".join(form.feed(piece) for piece in pieces)
    form.finish()
    return form, data


def form_of(fields, data):
    return b"".join(PART % (name.encode(), value.encode()) for name, value in fields) + FILE % data


TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
NAMES = st.from_regex(r"[a-z][a-z0-9-]{0,9}", fullmatch=True).filter(lambda name: name != "file")
BYTES = st.binary(max_size=200) | st.lists(
    st.sampled_from([b"\r\n", b"--", b"--b", b"\r\n--", b"\r", b"\n", b"-", b"x"]), max_size=20
).map(b"".join)


@settings(max_examples=150)
@given(
    st.lists(st.tuples(NAMES, TEXT), max_size=4), BYTES, st.lists(st.integers(1, 40), min_size=1)
)
def test_a_form_means_the_same_however_it_is_cut(fields, data, sizes):
    if b"\r\n--b" in b"\r\n" + data or any("\r\n--b" in value for _, value in fields):
        return
    body = form_of(fields, data)
    pieces, place, turn = [], 0, 0
    while place < len(body):
        pieces.append(body[place : place + sizes[turn % len(sizes)]])
        place, turn = place + len(pieces[-1]), turn + 1

    form, found = read(*pieces)

    assert (form.fields, form.filename, found) == (fields, "a.txt", data)
    assert form.begun


def test_no_byte_of_the_file_is_given_out_before_all_fields_are_there():
    form = Form(TYPE)
    body = form_of([("key", "a")], b"text")

    for place in range(len(body)):
        if form.feed(body[place : place + 1]):
            assert form.begun
            assert form.fields == [("key", "a")]


def test_what_follows_the_file_is_passed_over():
    body = form_of([("key", "a")], b"text").replace(b"--b--", b"--b")
    form, data = read(body + PART[5:] % (b"key", b"b") + b"--b--")

    assert (form.fields, data) == ([("key", "a")], b"text")


NAMED = [
    # header of the file's part                                     name of the file
    (b'form-data; name="file"; filename="a.txt"',                   "a.txt"),
    (b'form-data; filename="a.txt"; name="FILE"',                   "a.txt"),
    (b"form-data; name=file; filename=a.txt",                       "a.txt"),
    (b'form-data; name="file"; filename="/home/alice/a.txt"',       "a.txt"),
    (b'form-data; name="file"; filename="C:\\work\\a.txt"',         "a.txt"),
    (b'form-data; name="file"; filename="\xc3\xbc.txt"',            "\xfc.txt"),
    (b'form-data; name="file"; filename=""',                        ""),
    (b'form-data; name="file"',                                     None),
]  # fmt: skip


@pytest.mark.parametrize(("header", "name"), NAMED)
def test_a_file_has_its_name_without_folders(header, name):
    form, _ = read(b"--b\r\ncontent-disposition: %s\r\n\r\ntext\r\n--b--" % header)

    assert form.filename == name


@pytest.mark.parametrize(
    "kind",
    [
        TYPE,
        'multipart/form-data; boundary="b"',
        "Multipart/Form-Data; charset=utf-8; boundary=b",
        "multipart/form-data;boundary=b; charset=utf-8",
    ],
)
def test_a_boundary_is_found_in_every_spelling(kind):
    assert read(FILE % b"text", kind=kind)[1] == b"text"


@pytest.mark.parametrize(
    "kind", ["", "multipart/form-data", "multipart/form-data; boundary=", "text/plain; boundary=b"]
)
def test_a_type_without_a_boundary_is_refused(kind):
    with pytest.raises(MalformedForm):
        Form(kind)


MALFORMED = [
    b"",
    b"--b",
    b"\r\n--b\r\n",
    b"preamble\r\n" + FILE % b"x",
    FILE[:-7] % b"x",
    b"--bx\r\n",
    b"--b \r\nContent-Disposition: form-data; name=file\r\n\r\nx\r\n--b--",
    b"--b\r\n\r\nx\r\n--b--",
    b"--b\r\nContent-Type: text/plain\r\n\r\nx\r\n--b--",
    b"--b\r\nContent-Disposition: attachment; name=file\r\n\r\nx\r\n--b--",
    b"--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b--",
    b"--b\r\nContent-Disposition: form-data; name=file; name=key\r\n\r\nx\r\n--b--",
    b'--b\r\nContent-Disposition: form-data; name="key\r\n\r\nx\r\n--b--',
    b"--b\r\nContent-Disposition: form-data; name=a\r\n" * 2 + b"\r\nx\r\n--b--",
    b"--b\r\nContent-Disposition: form-data; name=key\r\n\r\n\xff\r\n--b--",
    b"--b\r\nContent-Disposition: form-data; name=\xff\r\n\r\nx\r\n--b--",
]


@pytest.mark.parametrize("body", MALFORMED)
def test_what_is_no_form_is_refused(body):
    with pytest.raises(MalformedForm):
        read(body)


def test_a_form_without_a_file_is_refused():
    with pytest.raises(InvalidArgument):
        read(PART % (b"key", b"a") + b"--b--")


@pytest.mark.parametrize("size", [1, 64, 1 << 20])
def test_the_fields_are_bounded(size):
    body = form_of([("key", "a" * FIELDS_BYTES)], b"text")
    form = Form(TYPE)

    with pytest.raises(FieldsTooLarge):
        for place in range(0, len(body), size):
            form.feed(body[place : place + size])


def test_what_follows_the_file_is_bounded():
    form = Form(TYPE)
    form.feed(FILE % b"text")

    with pytest.raises(MalformedForm):
        for _ in range(20):
            form.feed(bytes(1 << 16))


@settings(max_examples=100)
@given(st.binary(max_size=80) | BYTES)
def test_bytes_that_nobody_thought_of_are_refused_not_crashed_on(body):
    with suppress(AwsError):
        read(body)
