"""The generated page says what the mapping knows of the first-class services."""

import importlib.util
from pathlib import Path

from doorward.gateway.mapping.coverage import shares

TOOL = Path(__file__).parents[3] / "tools" / "gateway_actions.py"


def tool():
    spec = importlib.util.spec_from_file_location("gateway_actions", TOOL)
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


def test_the_page_is_what_the_tool_would_write_of_the_first_class_services():
    made = tool()
    lines = made.PAGE.read_text("utf-8").splitlines()

    for share in shares(made.FIRST_CLASS):
        assert made.row(share) in lines, "run `python tools/gateway_actions.py`"
