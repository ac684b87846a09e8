"""IP address operators."""

from functools import lru_cache
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)

from doorward.engine.conditions.registry import register

REMEMBERED = 4_096


@lru_cache(maxsize=REMEMBERED)
def address(text: str) -> IPv4Address | IPv6Address | None:
    """The address that *text* spells."""
    try:
        return ip_address(text.strip())
    except ValueError:
        return None


@lru_cache(maxsize=REMEMBERED)
def network(text: str) -> IPv4Network | IPv6Network | None:
    """The block that *text* spells; a bare address is a block of one."""
    try:
        return ip_network(text.strip(), strict=False)
    except ValueError:
        return None


@register("IpAddress", "NotIpAddress")
@lru_cache(maxsize=REMEMBERED)
def in_network(request: str, policy: str) -> bool | None:
    """Whether *request*, one address, lies in *policy*, a CIDR block or address.

    Host bits set in the block are ignored, as in `203.0.113.9/24`. An address of the other family
    never lies in it; text that is no address compares with nothing.
    """
    block, asked = network(policy), address(request)
    if block is None or asked is None:
        return None
    return asked.version == block.version and asked in block
