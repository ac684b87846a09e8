"""One typed class a table."""
