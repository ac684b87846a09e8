// A stack as people write them: a bucket over TLS only, a user who reads it, a role that writes it.
const cdk = require('aws-cdk-lib');
const iam = require('aws-cdk-lib/aws-iam');
const s3 = require('aws-cdk-lib/aws-s3');

const app = new cdk.App();
const env = { account: process.env.CDK_DEFAULT_ACCOUNT, region: process.env.CDK_DEFAULT_REGION };
const stack = new cdk.Stack(app, 'Files', { env });

const reader = new iam.User(stack, 'Reader');
const writer = new iam.Role(stack, 'Writer', { assumedBy: new iam.AccountRootPrincipal() });
const files = new s3.Bucket(stack, 'Files', {
  enforceSSL: true,
  removalPolicy: cdk.RemovalPolicy.DESTROY,
});
files.grantRead(reader);
files.grantReadWrite(writer);

new cdk.CfnOutput(stack, 'Bucket', { value: files.bucketName });
new cdk.CfnOutput(stack, 'User', { value: reader.userName });
