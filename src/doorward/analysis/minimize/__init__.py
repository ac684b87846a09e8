"""Policies made smaller without any change to what they decide, as far as that can be proved."""
