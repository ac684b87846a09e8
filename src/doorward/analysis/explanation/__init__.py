"""Policies in plain English."""
