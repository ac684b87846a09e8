"""What is wrong, risky or needless in one policy, in the codes of IAM Access Analyzer.

https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html
"""
