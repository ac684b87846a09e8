"""The resource types: how each is made, changed, removed and read back, by calls to its service."""
