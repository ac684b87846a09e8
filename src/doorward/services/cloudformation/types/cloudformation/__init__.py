"""The types of CloudFormation itself, and one of the CDK."""
