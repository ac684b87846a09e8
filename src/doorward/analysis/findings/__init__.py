"""Findings about a resource: who from outside of a zone of trust is let in, and on what terms."""
