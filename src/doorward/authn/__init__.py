"""Who is calling: signatures, tokens and passwords, and the one value that proves it."""
