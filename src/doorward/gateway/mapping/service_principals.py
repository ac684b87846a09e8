"""To which service principal a role is passed, for `iam:PassedToService`.

Most services are `NAME.amazonaws.com`, with the name that signs their requests.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_actions-resources-contextkeys.html
"""

from doorward.wire import model

PRINCIPALS = {
    "amp": "aps.amazonaws.com",
    "apigatewayv2": "apigateway.amazonaws.com",
    "application-autoscaling": "application-autoscaling.amazonaws.com",
    "bedrock-agent": "bedrock.amazonaws.com",
    "cloudwatch": "streams.metrics.cloudwatch.amazonaws.com",
    "cognito-idp": "cognito-idp.amazonaws.com",
    "dms": "dms.amazonaws.com",
    "ecs": "ecs.amazonaws.com",
    "emr": "elasticmapreduce.amazonaws.com",
    "emr-containers": "emr-containers.amazonaws.com",
    "emr-serverless": "emr-serverless.amazonaws.com",
    "events": "events.amazonaws.com",
    "firehose": "firehose.amazonaws.com",
    "glue": "glue.amazonaws.com",
    "iot": "credentials.iot.amazonaws.com",
    "kinesisanalyticsv2": "kinesisanalytics.amazonaws.com",
    "lexv2-models": "lexv2.amazonaws.com",
    "logs": "logs.amazonaws.com",
    "mwaa": "airflow.amazonaws.com",
    "neptune": "rds.amazonaws.com",
    "docdb": "rds.amazonaws.com",
    "pinpoint-sms-voice-v2": "sms-voice.amazonaws.com",
    "s3control": "batchoperations.s3.amazonaws.com",
    "stepfunctions": "states.amazonaws.com",
    "timestream-query": "timestream.amazonaws.com",
}
BY_MEMBER = {
    ("ecs", "taskRoleArn"): "ecs-tasks.amazonaws.com",
    ("ecs", "executionRoleArn"): "ecs-tasks.amazonaws.com",
    ("eks", "nodeRole"): "ec2.amazonaws.com",
    ("eks", "podExecutionRoleArn"): "eks-fargate-pods.amazonaws.com",
    ("batch", "jobRoleArn"): "ecs-tasks.amazonaws.com",
    ("batch", "executionRoleArn"): "ecs-tasks.amazonaws.com",
    ("batch", "instanceRole"): "ec2.amazonaws.com",
    ("rds", "MonitoringRoleArn"): "monitoring.rds.amazonaws.com",
    ("rds", "DomainIAMRoleName"): "directoryservice.rds.amazonaws.com",
    ("emr", "JobFlowRole"): "ec2.amazonaws.com",
    ("autoscaling", "IamInstanceProfile"): "ec2.amazonaws.com",
    ("ec2", "DeliverLogsPermissionArn"): "vpc-flow-logs.amazonaws.com",
    ("s3", "Role"): "s3.amazonaws.com",
    ("lambda", "Role"): "lambda.amazonaws.com",
    ("dynamodb", "RoleArn"): "dynamodb.amazonaws.com",
    ("cloudformation", "RoleARN"): "cloudformation.amazonaws.com",
}


def passed_to(service: str, operation: str, member: str) -> str:
    """The principal that gets the role in *member* of a request."""
    if (service, operation) == ("ec2", "CreateFlowLogs"):
        return "vpc-flow-logs.amazonaws.com"
    found = BY_MEMBER.get((service, member)) or PRINCIPALS.get(service)
    return found or f"{model.service(service).signing_name}.amazonaws.com"
