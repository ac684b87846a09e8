"""A server that refuses nothing says so when it starts."""

import pytest

from doorward.base.ids import RandomIds
from doorward.server.run import announce, listen
from doorward.server.settings import Mode, Settings
from doorward.server.state import root_key

MODES = [
    # the mode, the address, what is said
    (Mode.ENFORCE, "127.0.0.1", ""),
    (Mode.OBSERVE, "127.0.0.1", "WARNING: --mode observe: policies refuse nothing"),
    (Mode.OFF, "127.0.0.1", "WARNING: --mode off: policies refuse nothing"),
    (Mode.OBSERVE, "0.0.0.0", "0.0.0.0 can be reached by others"),  # noqa: S104 - never bound
]


@pytest.mark.parametrize(("mode", "host", "said"), MODES)
def test_a_mode_that_refuses_nothing_is_said_loudly(
    capsys: pytest.CaptureFixture[str], mode: Mode, host: str, said: str
) -> None:
    bound = Settings(port=0, memory=True)
    settings = Settings(host=host, port=0, memory=True, mode=mode)
    with listen(bound) as server:
        announce(settings, server, root_key(settings, RandomIds()))

    errors = capsys.readouterr().err
    assert said in errors
    assert bool(errors) is bool(said)
