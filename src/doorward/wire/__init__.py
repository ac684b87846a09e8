"""The AWS protocols: routing, parsing with full validation, serializing, errors."""
