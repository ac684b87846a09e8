"""Checksums."""

import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doorward.base.checksums import ALGORITHMS, checksum

# The check values of the catalogue of parametrised CRC algorithms, for the digits 1 to 9.
CHECK = [
    ("crc32", "cbf43926"),
    ("crc32c", "e3069283"),
    ("crc64nvme", "ae8b14860a799888"),
]
POLYNOMIALS = {"crc32c": (32, 0x82F63B78), "crc64nvme": (64, 0x9A6C9329AC4BC9B5)}


def of(algorithm, *pieces):
    one = checksum(algorithm)
    for piece in pieces:
        one.update(piece)
    return one.digest()


def bit_by_bit(algorithm, data):
    bits, polynomial = POLYNOMIALS[algorithm]
    register = (1 << bits) - 1
    for byte in data:
        register ^= byte
        for _ in range(8):
            register = (register >> 1) ^ (polynomial if register & 1 else 0)
    return (register ^ ((1 << bits) - 1)).to_bytes(bits // 8)


@pytest.mark.parametrize(("algorithm", "value"), CHECK)
def test_the_check_value_comes_out(algorithm, value):
    assert of(algorithm, b"123456789").hex() == value


@given(st.binary(max_size=100), st.sampled_from(sorted(POLYNOMIALS)))
def test_the_tables_compute_what_the_definition_says(data, algorithm):
    assert of(algorithm, data) == bit_by_bit(algorithm, data)


@given(st.lists(st.binary(max_size=50), max_size=5), st.sampled_from(ALGORITHMS))
def test_pieces_sum_up_to_the_whole(pieces, algorithm):
    assert of(algorithm, *pieces) == of(algorithm, b"".join(pieces))


def test_a_long_piece_is_as_its_parts():
    data = bytes(range(256)) * 300

    assert of("crc64nvme", data) == of("crc64nvme", data[:33_001], data[33_001:])
    assert of("crc32", data) == zlib.crc32(data).to_bytes(4)


def test_an_unknown_algorithm_is_refused():
    with pytest.raises(ValueError, match="md4"):
        checksum("md4")
