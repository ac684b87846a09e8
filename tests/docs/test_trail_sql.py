"""The page of the SQL of trails says what the code does."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_page_is_what_the_tool_makes_of_the_code():
    done = subprocess.run([sys.executable, "tools/trail_sql.py", "--check"], cwd=ROOT, check=False)

    assert done.returncode == 0, "run `make docs`"
