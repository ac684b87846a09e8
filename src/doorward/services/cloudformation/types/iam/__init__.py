"""The types of IAM: users, groups, roles, their policies and credentials, identity providers."""
