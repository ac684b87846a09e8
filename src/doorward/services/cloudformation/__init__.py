"""AWS CloudFormation: stacks made from templates, over Doorward's own operations.

https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/Welcome.html
"""
