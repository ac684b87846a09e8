"""The types of CloudWatch Logs: log groups, their streams and metric filters."""
