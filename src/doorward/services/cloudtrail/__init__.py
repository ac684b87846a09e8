"""CloudTrail: looking events up, and having them delivered.

https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/Welcome.html
"""
