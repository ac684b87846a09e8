"""The types of Lambda: functions, versions, aliases, layers, permissions and URLs."""
