"""The CDK bootstraps an account, deploys a stack, sees no difference and destroys it.

Runs where `node` is, with the packages aws-cdk and aws-cdk-lib in the folder that the environment
variable CDK_NODE_MODULES names, so that nothing is fetched.
"""

import os
import shutil
from pathlib import Path

import pytest
from botocore.exceptions import ClientError

from clients.dev_server import ACCOUNT, REGION, dev_server, run

MODULES = os.environ.get("CDK_NODE_MODULES")
APP = Path(__file__).parent / "cdk"

pytestmark = [
    pytest.mark.skipif(shutil.which("node") is None, reason="there is no node on the PATH"),
    pytest.mark.skipif(
        MODULES is None, reason="CDK_NODE_MODULES does not name a folder with aws-cdk and -lib"
    ),
    pytest.mark.timeout(300),
]


def developer(iam):
    """Credentials of a user who may do anything: unlike root, one who can assume CDK's roles."""
    iam.create_user(UserName="developer")
    iam.attach_user_policy(
        UserName="developer", PolicyArn="arn:aws:iam::aws:policy/AdministratorAccess"
    )
    made = iam.create_access_key(UserName="developer")["AccessKey"]
    return {
        "AWS_ACCESS_KEY_ID": made["AccessKeyId"],
        "AWS_SECRET_ACCESS_KEY": made["SecretAccessKey"],
    }


@pytest.mark.parametrize(
    ("host", "as_user"), [("localhost", False), ("localhost", True), ("127.0.0.1", True)]
)
def test_a_stack_with_user_role_bucket_and_policies(host, as_user, tmp_path):
    app = shutil.copytree(APP, tmp_path / "app")
    (app / "node_modules").symlink_to(MODULES)
    with dev_server() as server:
        iam, s3 = server.client("iam"), server.client("s3")
        environment = server.environment(host, tmp_path) | (developer(iam) if as_user else {})

        def cdk(*arguments):
            command = [str(app / "node_modules/.bin/cdk"), *arguments, "--no-notices"]
            return run(command, app, environment)

        assert "bootstrapped" in cdk("bootstrap", f"aws://{ACCOUNT}/{REGION}")
        deployed = cdk("deploy", "--require-approval", "never")
        assert "Outputs:" in deployed
        formation = server.client("cloudformation")
        stack = formation.describe_stacks(StackName="Files")["Stacks"][0]
        outputs = {one["OutputKey"]: one["OutputValue"] for one in stack["Outputs"]}
        assert stack["StackStatus"] == "CREATE_COMPLETE"
        assert "cfn-exec-role" in stack["RoleARN"]
        assert iam.list_user_policies(UserName=outputs["User"])["PolicyNames"]
        assert "SecureTransport" in s3.get_bucket_policy(Bucket=outputs["Bucket"])["Policy"]

        assert "no differences" in cdk("diff", "--fail")
        assert "no changes" in cdk("deploy", "--require-approval", "never")

        assert "destroyed" in cdk("destroy", "--force")
        with pytest.raises(ClientError, match="does not exist"):
            formation.describe_stacks(StackName="Files")
        assert outputs["User"] not in str(iam.list_users()["Users"])
        assert outputs["Bucket"] not in str(s3.list_buckets()["Buckets"])
