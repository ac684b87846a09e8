"""`Fn::Cidr`: blocks of addresses out of a larger one.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-cidr.html
"""

from ipaddress import ip_network
from itertools import islice

from doorward.services.cloudformation.template.errors import TemplateError

MOST = 256


def blocks(block: str, count: str, bits: str = "") -> list[str]:
    """The first *count* blocks of 2 to the power of *bits* addresses in *block*.

    Without *bits* as many address bits as *count* leaves; assumed, AWS asks for them in IPv6.

    Raises:
        TemplateError: they do not fit, or an argument is no such thing. The sentence is assumed.
    """
    try:
        network = ip_network(block, strict=False)
        wanted = _number(count)
        free = network.max_prefixlen - network.prefixlen
        host = _number(bits) if bits else free - (wanted - 1).bit_length()
    except ValueError as error:
        raise _refused(block, count) from error
    if not (1 <= wanted <= MOST and 0 <= host <= free and wanted <= 2 ** min(free - host, 9)):
        raise _refused(block, count)
    found = network.subnets(new_prefix=network.max_prefixlen - host)
    return [str(one) for one in islice(found, wanted)]


def _number(value: str) -> int:
    if not (value.isascii() and value.isdigit() and len(value) <= 3):  # noqa: PLR2004 - at most 256
        raise ValueError(value)
    return int(value)


def _refused(block: str, count: str) -> TemplateError:
    return TemplateError(
        f"Fn::Cidr cannot take {count[:20]} blocks out of {block[:50]}: the count is 1 to {MOST}"
        " and the blocks must fit"
    )
