"""Terraform applies identity providers, sees no drift and destroys them.

Runs where a `terraform` binary is, with the AWS provider from a folder that the environment
variable TF_PLUGIN_DIR names (a filesystem mirror), so that nothing is fetched.
"""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from authn import saml_idp

TERRAFORM = shutil.which("terraform")
PLUGINS = os.environ.get("TF_PLUGIN_DIR")
CONFIGURATION = Path(__file__).parent / "terraform_federation" / "main.tf"
SETTINGS = """\
disable_checkpoint = true
provider_installation {{
  filesystem_mirror {{ path = "{}" }}
}}
"""
NO_CHANGE = 0

pytestmark = [
    pytest.mark.skipif(TERRAFORM is None, reason="there is no terraform binary on the PATH"),
    pytest.mark.skipif(
        PLUGINS is None, reason="TF_PLUGIN_DIR does not name a folder with Terraform's AWS provider"
    ),
]


@pytest.fixture
def terraform(fresh, tmp_path):
    """Runs Terraform in a folder of its own; gives back the output."""
    shutil.copy(CONFIGURATION, tmp_path)
    (tmp_path / "settings.tfrc").write_text(SETTINGS.format(PLUGINS))
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "TF_CLI_CONFIG_FILE": str(tmp_path / "settings.tfrc"),
        "TF_IN_AUTOMATION": "1",
        "TF_VAR_endpoint": fresh.endpoint,
        "TF_VAR_metadata": saml_idp.metadata(),
    }

    def run(*arguments, expect=0):
        command = [TERRAFORM, *arguments, "-input=false", "-no-color"]
        done = subprocess.run(
            command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == expect, done.stdout + done.stderr
        return done.stdout

    run("init")
    return run


@pytest.mark.timeout(300)
def test_providers_apply_plan_without_drift_and_are_destroyed(terraform, fresh):
    applied = terraform("apply", "-auto-approve")
    assert "Apply complete! Resources: 4 added" in applied
    iam = fresh.client("iam")
    (provider,) = iam.list_saml_providers()["SAMLProviderList"]
    assert provider["Arn"].endswith(":saml-provider/staff")

    terraform("plan", "-detailed-exitcode", expect=NO_CHANGE)

    assert "Destroy complete!" in terraform("destroy", "-auto-approve")
    assert iam.list_saml_providers()["SAMLProviderList"] == []
    assert iam.list_open_id_connect_providers()["OpenIDConnectProviderList"] == []
