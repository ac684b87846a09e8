"""Templates that several tests deploy."""

from typing import Any

ADMIN = """
Parameters:
  Name:
    Type: String
    Default: operator
  Secret:
    Type: String
    NoEcho: true
Resources:
  Operator:
    Type: AWS::IAM::User
    Properties:
      UserName: !Ref Name
      ManagedPolicyArns: ["arn:aws:iam::aws:policy/AdministratorAccess"]
      LoginProfile: {Password: !Ref Secret, PasswordResetRequired: true}
      Tags: [{Key: Note, Value: !Sub "starts with ${Secret}"}]
"""

READER = """
Parameters:
  Bucket: {Type: String}
  ListOn: {Type: String, Default: arn}
Conditions:
  Right: !Equals [!Ref ListOn, arn]
Resources:
  Files:
    Type: AWS::S3::Bucket
    Properties: {BucketName: !Ref Bucket}
  Reader:
    Type: AWS::IAM::User
    Properties:
      UserName: file-reader
      Policies:
        - PolicyName: files
          PolicyDocument:
            Version: "2012-10-17"
            Statement:
              - {Effect: Allow, Action: "s3:GetObject", Resource: !Sub "${Files.Arn}/*"}
              - Effect: Allow
                Action: s3:ListBucket
                Resource: !If [Right, !GetAtt Files.Arn, !Ref Files]
  Key:
    Type: AWS::IAM::AccessKey
    Properties: {UserName: !Ref Reader}
Outputs:
  Secret: {Value: !GetAtt Key.SecretAccessKey}
  Files: {Value: !Ref Files}
"""


def groups(*names: str, **more: Any) -> dict[str, Any]:
    """A template of groups, each made after the one before."""
    resources: dict[str, Any] = {}
    for before, name in zip([None, *names], names, strict=False):
        resources[name] = {"Type": "AWS::IAM::Group", "Properties": {"GroupName": name.lower()}}
        if before:
            resources[name]["DependsOn"] = before
    return {"Resources": resources | more.pop("Resources", {}), **more}


def group(name: str, **more: Any) -> dict[str, Any]:
    """One group as a resource."""
    return {"Type": "AWS::IAM::Group", "Properties": {"GroupName": name}, **more}
