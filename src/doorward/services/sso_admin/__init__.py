"""IAM Identity Center: instances, permission sets, and who may take them in which account."""
