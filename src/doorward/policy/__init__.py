"""The policy language: text to a frozen tree that knows its places, and back."""
