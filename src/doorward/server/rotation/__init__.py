"""Scheduled rotation of users' access keys, by the server itself."""
