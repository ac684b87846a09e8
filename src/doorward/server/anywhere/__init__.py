"""CreateSession of IAM Roles Anywhere: credentials of a role for a certificate."""
