"""Doorward in the place of the services that hand a role's credentials to programs."""
