"""The types of CloudWatch Logs: log groups."""
