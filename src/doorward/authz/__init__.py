"""From a caller and an access to a decision: gather policies, fill the context, ask the engine."""
