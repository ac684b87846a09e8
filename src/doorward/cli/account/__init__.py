"""`doorward account`: questions about a whole account, live or from a dump."""
