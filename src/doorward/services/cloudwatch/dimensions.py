"""Dimensions of metrics, which are names with values and no list."""

from collections.abc import Mapping, Sequence

from doorward.services.cloudwatch.errors import InvalidParameterValue


def read(given: Sequence[Mapping[str, str]] | None) -> dict[str, str]:
    """The dimensions that a request gives.

    Raises:
        InvalidParameterValue: a name stands twice.
    """
    found = {one["Name"]: one["Value"] for one in given or ()}
    if len(found) != len(given or ()):
        raise InvalidParameterValue("The parameter Dimensions holds a name more than once.")
    return found


def shown(dimensions: Mapping[str, str]) -> list[dict[str, str]]:
    """*dimensions* as answers have them."""
    return [{"Name": name, "Value": value} for name, value in dimensions.items()]
