"""Delivering events to trails: log files, digests, and what is told of them."""
