"""`--seed FILE.yaml`: a world from a file, for CI and demos.

`read` checks everything and makes typed values of it; `apply` writes those in one transaction.
"""

from doorward.server.seed.apply import apply
from doorward.server.seed.model import Seed
from doorward.server.seed.parse import read
from doorward.server.seed.tools import Tools

__all__ = ["Seed", "Tools", "apply", "read"]
