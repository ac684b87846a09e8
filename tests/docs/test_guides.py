"""What the guides show in Python runs, in the order of the page."""

import re
from pathlib import Path

import pytest

from clients.conftest import Served

GUIDES = Path(__file__).parents[2] / "docs" / "guides"
BLOCK = re.compile(r"^```python\n(.*?)^```$", re.DOTALL | re.MULTILINE)


@pytest.fixture
def served(monkeypatch, tmp_path):
    server = Served(rotation_dir=tmp_path / "rotated", upstreams=("*=moto",))
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, str(tmp_path / "none"))
    monkeypatch.setenv("AWS_ENDPOINT_URL", server.endpoint)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", server.settings.root_access_key_id)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", server.settings.root_secret_access_key)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    yield server
    server.stop()


@pytest.mark.usefixtures("served")
@pytest.mark.parametrize(
    "guide",
    [
        "account-report",
        "alarms",
        "an-organization",
        "ask-the-trail",
        "keys-and-second-factors",
        "other-services",
        "policy-checks",
        "workload-credentials",
    ],
)
def test_a_guide_runs_from_top_to_bottom(guide):
    text = (GUIDES / f"{guide}.md").read_text("utf-8")
    world = {"__name__": guide}
    for block in BLOCK.finditer(text):
        line = text.count("\n", 0, block.start(1))
        exec(compile("\n" * line + block[1], f"{guide}.md", "exec"), world)  # noqa: S102 - ours
