"""The types of SQS: queues and their policies."""
