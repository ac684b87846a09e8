"""IP address operators."""

from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

from doorward.engine.conditions.registry import register


@lru_cache(maxsize=4_096)
def network(text: str) -> IPv4Network | IPv6Network | None:
    """The block that *text* spells; a bare address is a block of one."""
    try:
        return ip_network(text.strip(), strict=False)
    except ValueError:
        return None


@register("IpAddress", "NotIpAddress")
def in_network(request: str, policy: str) -> bool | None:
    """Whether *request*, one address, lies in *policy*, a CIDR block or address.

    Host bits set in the block are ignored, as in `203.0.113.9/24`. An address of the other family
    never lies in it; text that is no address compares with nothing.
    """
    block = network(policy)
    try:
        address = ip_address(request.strip())
    except ValueError:
        return None
    if block is None:
        return None
    return address.version == block.version and address in block
