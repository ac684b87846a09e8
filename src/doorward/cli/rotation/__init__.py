"""Rotation of access keys, as an ordinary client of the IAM API."""
