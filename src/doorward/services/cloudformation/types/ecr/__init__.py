"""The types of ECR: repositories."""
