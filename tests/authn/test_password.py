"""Hashes of passwords."""

import pytest

from doorward.authn import password


def test_a_password_is_known_by_its_hash_and_no_other_is():
    hashed = password.hash("correct horse")

    assert password.verify(hashed, "correct horse")
    assert not password.verify(hashed, "Correct horse")
    assert not password.verify(hashed, "correct horse\0")


def test_a_hash_is_salted_and_does_not_show_the_password():
    hashed = password.hash("correct horse")

    assert hashed != password.hash("correct horse")
    assert "correct" not in hashed


def test_a_long_password_counts_to_its_end():
    assert not password.verify(password.hash("a" * 128), "a" * 127 + "b")


@pytest.mark.parametrize("hashed", ["", "x", "$argon2id$v=19$"])
def test_no_password_fits_what_is_no_hash(hashed):
    assert not password.verify(hashed, "")
