"""The types of Organizations: the organization, its units, accounts and policies."""
