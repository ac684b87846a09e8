"""The types of Secrets Manager: secrets."""
