"""Trails as data: CloudTrail's files and records read, filtered, and asked in SQL."""
