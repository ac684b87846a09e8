"""The types of Systems Manager: parameters."""
