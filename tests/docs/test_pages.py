"""The page of our own paths names each that the server answers."""

from pathlib import Path

from doorward.server.rotation import door as rotations
from doorward.server.signin import door
from doorward.server.workloads import services as workloads
from doorward.services.iam.outbound_federation import ISSUERS

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "pages-and-files.md"


def test_every_page_of_our_own_is_named():
    text = PAGE.read_text("utf-8")

    for path in [*door.METHODS, rotations.PATH, workloads.PATH, ISSUERS]:
        assert f"`{path}" in text, path
