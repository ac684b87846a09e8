"""Terraform applies what people write for AWS, sees no drift and destroys it.

Runs where a `terraform` binary is, with the AWS provider from a folder that the environment
variable TF_PLUGIN_DIR names (a filesystem mirror), so that nothing is fetched.
"""

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from botocore.exceptions import ClientError

from authn import saml_idp
from services.iam import pem

TERRAFORM = shutil.which("terraform")
PLUGINS = os.environ.get("TF_PLUGIN_DIR")
CONFIGURATIONS = Path(__file__).parent / "terraform"
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
    pytest.mark.timeout(300),
]


class Terraform:
    """Terraform in a *folder* of its own, with *variables* for the configuration."""

    def __init__(self, folder, configuration, variables):
        shutil.copy(CONFIGURATIONS / configuration / "main.tf", folder)
        (folder / "settings.tfrc").write_text(SETTINGS.format(PLUGINS))
        self.folder = folder
        self.environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "TF_CLI_CONFIG_FILE": str(folder / "settings.tfrc"),
            "TF_IN_AUTOMATION": "1",
        } | {f"TF_VAR_{name}": value for name, value in variables.items()}
        self("init")

    def __call__(self, *arguments, expect=0):
        """The output of a command."""
        done = subprocess.run(
            [TERRAFORM, *arguments, "-input=false", "-no-color"],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == expect, done.stdout + done.stderr
        return done.stdout

    def apply(self):
        return self("apply", "-auto-approve")

    def settle_and_destroy(self):
        """Plan, which must find nothing to do, and destroy."""
        self("plan", "-detailed-exitcode", expect=NO_CHANGE)
        assert "Destroy complete!" in self("destroy", "-auto-approve")


@pytest.fixture
def terraform(fresh, tmp_path):
    """Makes a Terraform for the configuration of that name."""

    def make(configuration, **variables):
        return Terraform(tmp_path, configuration, {"endpoint": fresh.endpoint} | variables)

    return make


def test_access_of_a_team(terraform, fresh):
    team = terraform("team")

    assert "Apply complete! Resources: 15 added" in team.apply()
    iam, s3 = fresh.client("iam"), fresh.client("s3")
    assert iam.get_user(UserName="alice")["User"]["PermissionsBoundary"]
    assert iam.list_attached_role_policies(RoleName="job")["AttachedPolicies"]

    team.settle_and_destroy()
    assert iam.list_users()["Users"] == []
    assert iam.list_policies(Scope="Local")["Policies"] == []
    assert s3.list_buckets()["Buckets"] == []


def test_credentials_service_roles_and_account_settings(terraform, fresh):
    key = pem.rsa_key()
    credentials = terraform(
        "credentials",
        certificate=pem.certificate("www.example.com", key, now=fresh.clock.now()),
        private_key=pem.private(key),
        ssh_key=pem.ssh(key),
    )

    assert "Apply complete! Resources: 12 added" in credentials.apply()
    iam = fresh.client("iam")
    assert iam.list_server_certificates()["ServerCertificateMetadataList"]
    assert iam.list_signing_certificates(UserName="alice")["Certificates"]
    features = iam.list_organizations_features()["EnabledFeatures"]
    assert features == ["RootCredentialsManagement", "RootSessions"]

    credentials.settle_and_destroy()
    assert iam.list_users()["Users"] == []
    assert iam.list_server_certificates()["ServerCertificateMetadataList"] == []


def test_identity_providers(terraform, fresh):
    federation = terraform("federation", metadata=saml_idp.metadata())

    assert "Apply complete! Resources: 4 added" in federation.apply()
    iam = fresh.client("iam")
    (provider,) = iam.list_saml_providers()["SAMLProviderList"]
    assert provider["Arn"].endswith(":saml-provider/staff")

    federation.settle_and_destroy()
    assert iam.list_saml_providers()["SAMLProviderList"] == []
    assert iam.list_open_id_connect_providers()["OpenIDConnectProviderList"] == []


def test_an_organization(terraform, fresh):
    organization = terraform("organization")

    applied = organization.apply()
    assert "Apply complete! Resources: 10 added" in applied
    assert "accounts = 2" in applied
    assert "policies = 2" in applied

    organization.settle_and_destroy()
    with pytest.raises(ClientError, match="AWSOrganizationsNotInUseException"):
        fresh.client("organizations").describe_organization()
