"""An answer of an upstream that is too long, or too slow, to be taken in before it is sent on."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass

from doorward.base.http import Header


@dataclass(frozen=True, slots=True)
class Streamed:
    """An answer whose body is still coming; whoever sends it on takes all pieces or closes them."""

    status: int
    headers: tuple[Header, ...]
    pieces: AsyncGenerator[bytes, None]
