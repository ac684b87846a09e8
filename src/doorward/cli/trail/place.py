"""Which source the arguments of a command name."""

from dataclasses import dataclass
from pathlib import Path

from doorward.base.clock import SystemClock
from doorward.base.errors import BadInput
from doorward.cli.trail.sources import Bad, Files, Source

S3 = "s3://"


@dataclass(frozen=True, slots=True)
class Reading:
    """The arguments that say what is read."""

    places: tuple[str, ...]
    data_dir: Path | None
    database_url: str | None
    endpoint_url: str | None
    profile: str | None
    region: str


def opened(reading: Reading, bad: Bad) -> Source:
    """The source that *reading* names.

    Raises:
        BadInput: it names none, or several that do not go together.
    """
    buckets = [place for place in reading.places if place.startswith(S3)]
    if not reading.places:
        return _live(reading)
    if not buckets:
        return Files([Path(place) for place in reading.places], bad)
    if len(reading.places) > 1:
        raise BadInput(buckets[0], "is to be the only place", "ask once for each bucket")
    return _bucket(buckets[0], reading, bad)


def _live(reading: Reading) -> Source:
    from doorward.cli.trail.live import Live

    if reading.database_url is None and reading.data_dir is None:
        return Live(Path.home() / ".doorward", None)
    return Live(reading.data_dir, reading.database_url)


def _bucket(place: str, reading: Reading, bad: Bad) -> Source:
    from doorward.cli.credentials import source as credentials
    from doorward.cli.trail.bucket import Address, Bucket
    from doorward.server.rotation.outgoing import Place, checked

    endpoint = reading.endpoint_url or f"https://s3.{reading.region}.amazonaws.com"
    return Bucket(
        Address.parse(place),
        Place(checked(endpoint), "s3", reading.region),
        credentials.keys(reading.profile)(),
        SystemClock(),
        bad,
    )
