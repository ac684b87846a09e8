"""What fuzzing has found, each find on its own."""

from time import process_time

import pytest

from doorward.authn import canonical
from doorward.services.iam.errors import ValidationError
from doorward.services.iam.virtual_mfa_devices import create_virtual_mfa_device
from doorward.services.s3 import ranges
from doorward.services.s3.object_errors import InvalidRange
from services.support import World

MANY = "9" * 5_000
"""More digits than Python makes a number of."""


def test_a_range_that_begins_beyond_every_number_is_beyond_the_object():
    with pytest.raises(InvalidRange):
        ranges.of_text(f"bytes={MANY}-", 100)


@pytest.mark.parametrize("text", [f"bytes=0-{MANY}", f"bytes=-{MANY}", f"bytes={'0' * 5_000}-"])
def test_a_range_that_ends_beyond_every_number_ends_with_the_object(text):
    assert ranges.of_text(text, 100) == (0, 100)


def test_a_device_whose_serial_number_is_too_long_for_a_qr_code_is_refused(tmp_path):
    world = World(tmp_path)

    with pytest.raises(ValidationError):
        create_virtual_mfa_device(world.root(), virtual_mfa_device_name=MANY)
    assert create_virtual_mfa_device(world.root(), virtual_mfa_device_name="x" * 226)
    world.close()


def joined_seconds(count):
    """CPU seconds for one header that stands *count* times."""
    headers = [("x-amz-meta-a", "")] * count
    begun = process_time()
    canonical.joined(headers)
    return process_time() - begun


def test_a_header_that_stands_often_takes_time_in_proportion():
    once, eight = (min(joined_seconds(count) for _ in range(3)) for count in (10_000, 80_000))

    assert eight < 25 * once
