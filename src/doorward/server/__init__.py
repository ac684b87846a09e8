"""The HTTP server: one visible line of stages from bytes to bytes."""
