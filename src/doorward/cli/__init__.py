"""The doorward command."""
