"""The server and the clients of these tests."""

from services.served import clients, served

__all__ = ["clients", "served"]
