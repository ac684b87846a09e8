"""The smallest policy for what somebody needs, and the proof that it is that."""
