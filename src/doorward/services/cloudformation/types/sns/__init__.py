"""The types of SNS: topics, subscriptions and topic policies."""
