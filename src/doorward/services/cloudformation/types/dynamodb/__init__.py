"""The types of DynamoDB: tables."""
