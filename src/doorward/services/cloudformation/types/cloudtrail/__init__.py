"""The types of CloudTrail: trails."""
