"""Terraform applies credentials, service roles and account settings without drift.

Runs where a `terraform` binary is, with the AWS provider from a folder that the environment
variable TF_PLUGIN_DIR names (a filesystem mirror), so that nothing is fetched.
"""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from services.iam import pem

TERRAFORM = shutil.which("terraform")
PLUGINS = os.environ.get("TF_PLUGIN_DIR")
CONFIGURATION = Path(__file__).parent / "terraform_credentials" / "main.tf"
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
    key = pem.rsa_key()
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "TF_CLI_CONFIG_FILE": str(tmp_path / "settings.tfrc"),
        "TF_IN_AUTOMATION": "1",
        "TF_VAR_endpoint": fresh.endpoint,
        "TF_VAR_certificate": pem.certificate("www.example.com", key, now=fresh.clock.now()),
        "TF_VAR_private_key": pem.private(key),
        "TF_VAR_ssh_key": pem.ssh(key),
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
def test_it_applies_plans_without_drift_and_destroys(terraform, fresh):
    applied = terraform("apply", "-auto-approve")
    assert "Apply complete! Resources: 12 added" in applied
    iam = fresh.client("iam")
    assert iam.list_server_certificates()["ServerCertificateMetadataList"]
    assert iam.list_signing_certificates(UserName="alice")["Certificates"]
    features = iam.list_organizations_features()["EnabledFeatures"]
    assert features == ["RootCredentialsManagement", "RootSessions"]

    terraform("plan", "-detailed-exitcode", expect=NO_CHANGE)

    assert "Destroy complete!" in terraform("destroy", "-auto-approve")
    assert iam.list_users()["Users"] == []
    assert iam.list_server_certificates()["ServerCertificateMetadataList"] == []
