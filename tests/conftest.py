"""What every test stands on: no ambient AWS configuration, a quick and repeatable hypothesis."""

import os

import pytest
from hypothesis import HealthCheck, settings

for name in [name for name in os.environ if name.startswith(("AWS_", "DOORWARD_"))]:
    if name not in {"DOORWARD_SHARED", "DOORWARD_TEST_DATABASE"}:
        del os.environ[name]
os.environ["AWS_EC2_METADATA_DISABLED"] = "true"
os.environ["AWS_CONFIG_FILE"] = os.environ["AWS_SHARED_CREDENTIALS_FILE"] = os.devnull

settings.register_profile(
    "doorward",
    max_examples=100,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("doorward")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--run-slow", action="store_true", help="run tests that take minutes")
    parser.addoption(
        "--run-spark", metavar="PYTHON", help="run the tests that need the PySpark of this Python"
    )
    parser.addoption(
        "--fuzz", type=float, default=1.0, metavar="SECONDS", help="how long each parser is fuzzed"
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--run-slow"):
        return
    skip = pytest.mark.skip(reason="takes minutes; run with --run-slow")
    for item in items:
        if "slow" in item.keywords:
            item.add_marker(skip)
