"""The page of resource types says what they take."""

from tools import cloudformation_types

from doorward.services.cloudformation.types import registry


def test_the_page_is_what_the_types_declare():
    assert not cloudformation_types.stale(), "run `make docs`"


def test_the_page_has_every_type():
    text = cloudformation_types.page()

    assert all(f"{name}" in text for name in registry.names())
    assert "| `MetadataConfiguration` | refused: " in text
