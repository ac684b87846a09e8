"""What a seed is written with."""

from dataclasses import dataclass
from datetime import datetime

from doorward.base.ids import Ids
from doorward.store.files import Files
from doorward.store.secrets import Secrets


@dataclass(frozen=True, slots=True)
class Tools:
    """Envelope, files, ids and the moment of the start."""

    secrets: Secrets
    files: Files
    ids: Ids
    now: datetime
    partition: str = "aws"
    region: str = "us-east-1"
