"""Credentials for workloads: the endpoints that every SDK asks, and programs in a role."""
