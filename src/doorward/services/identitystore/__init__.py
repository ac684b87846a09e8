"""Users and groups of IAM Identity Center."""
