"""The types of KMS: keys and aliases."""
