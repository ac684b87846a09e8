"""A page marker continues only the list that it was made for."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doorward.store.page import InvalidMarker, Markers

MARKERS = Markers(bytes(32))


@given(scope=st.text(), last=st.text())
def test_a_marker_gives_the_key_back(scope: str, last: str) -> None:
    assert MARKERS.open(scope, MARKERS.seal(scope, last)) == last


@given(scope=st.text(), other=st.text(), last=st.text())
def test_a_marker_does_not_continue_another_list(scope: str, other: str, last: str) -> None:
    if scope == other:
        return
    with pytest.raises(InvalidMarker):
        MARKERS.open(other, MARKERS.seal(scope, last))


def test_scope_and_key_cannot_run_into_one_another() -> None:
    with pytest.raises(InvalidMarker):
        MARKERS.open("list", MARKERS.seal("listA", "lice"))
    with pytest.raises(InvalidMarker):
        MARKERS.open("listA", MARKERS.seal("list", "Alice"))


def test_a_marker_of_another_server_is_refused() -> None:
    with pytest.raises(InvalidMarker):
        MARKERS.open("list", Markers(bytes(31) + b"\x01").seal("list", "alice"))


def test_every_changed_byte_of_a_marker_is_noticed() -> None:
    raw = base64.urlsafe_b64decode(MARKERS.seal("list", "alice1"))
    for n in range(len(raw)):
        changed = raw[:n] + bytes([raw[n] ^ 1]) + raw[n + 1 :]
        with pytest.raises(InvalidMarker):
            MARKERS.open("list", base64.urlsafe_b64encode(changed).decode())


@given(st.text())
def test_a_made_up_marker_is_refused(marker: str) -> None:
    with pytest.raises(InvalidMarker):
        MARKERS.open("list", marker)
