"""The service that operations of the access portal are declared on."""

from doorward.services.operation import Service

sso = Service("sso")
