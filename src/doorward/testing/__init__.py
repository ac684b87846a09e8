"""The pytest plugin and fixtures that users import."""
