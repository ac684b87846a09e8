"""The service that operations on users and groups are declared on."""

from doorward.services.operation import Service

identitystore = Service("identitystore")
