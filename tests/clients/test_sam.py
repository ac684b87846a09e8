"""SAM makes its bucket, deploys a function with its role, and deletes all of it.

Runs where the environment variable SAM_CLI names the program `sam`, which wants a Python
environment of its own.
"""

import os
import shutil
from pathlib import Path

import pytest
from botocore.exceptions import ClientError

from clients.dev_server import REGION, dev_server, run

SAM = os.environ.get("SAM_CLI")
APP = Path(__file__).parent / "sam"

pytestmark = [
    pytest.mark.skipif(SAM is None, reason="SAM_CLI does not name the program `sam`"),
    pytest.mark.timeout(300),
]


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
def test_a_function_with_its_role(host, tmp_path):
    app = shutil.copytree(APP, tmp_path / "app")
    with dev_server() as server:
        environment = server.environment(host, tmp_path) | {"SAM_CLI_TELEMETRY": "0"}

        def sam(*arguments):
            return run([SAM, *arguments, "--stack-name", "greeter"], app, environment)

        deployed = sam(
            *("deploy", "--resolve-s3", "--capabilities", "CAPABILITY_IAM"),
            *("--no-confirm-changeset", "--no-progressbar"),
        )
        assert "Successfully created/updated stack" in deployed
        formation, iam = server.client("cloudformation"), server.client("iam")
        stack = formation.describe_stacks(StackName="greeter")["Stacks"][0]
        role = stack["Outputs"][0]["OutputValue"]
        function = server.client("lambda").list_functions()["Functions"][0]
        assert function["Role"] == iam.get_role(RoleName=role)["Role"]["Arn"]

        assert "Deleted successfully" in sam("delete", "--no-prompts", "--region", REGION)
        with pytest.raises(ClientError, match="does not exist"):
            formation.describe_stacks(StackName="greeter")
        assert iam.list_roles()["Roles"] == []
        assert server.client("lambda").list_functions()["Functions"] == []
