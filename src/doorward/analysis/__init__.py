"""Questions about policies beyond one request."""
