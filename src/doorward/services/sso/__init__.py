"""The access portal of IAM Identity Center: credentials for who signed in."""
