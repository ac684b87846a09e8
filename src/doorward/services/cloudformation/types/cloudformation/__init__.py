"""The types of CloudFormation itself and of the CDK, for which nothing is made."""
