"""The types of CloudWatch: alarms, of metrics and of other alarms."""
