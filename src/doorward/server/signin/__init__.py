"""Signing in: with a user's password, and with temporary credentials for the console."""
