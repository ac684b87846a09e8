"""Names and values that the cases share."""

A = "123456789012"
B = "210987654321"
R = "us-east-1"
KEY = "1234abcd-12ab-34cd-56ef-1234567890ab"
Q = f"https://sqs.us-east-1.amazonaws.com/{A}/jobs"
QO = f"http://127.0.0.1:4566/{B}/jobs"
T = f"arn:aws:sns:{R}:{A}:news"
ROLE = f"arn:aws:iam::{A}:role/app"
TAGS = [{"Key": "team", "Value": "red"}]
M = f"arn:aws:states:{R}:{A}:stateMachine:flow"
EX = f"arn:aws:states:{R}:{A}:execution:flow:run"
SEC = f"arn:aws:secretsmanager:{R}:{A}:secret:db-AbCdEf"
S = {"S": "alice"}
