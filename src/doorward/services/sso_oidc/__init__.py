"""The tokens of IAM Identity Center."""
