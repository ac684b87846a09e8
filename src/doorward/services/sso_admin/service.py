"""The service that operations of Identity Center's administration are declared on."""

from doorward.services.operation import Service

sso_admin = Service("sso-admin", actions="sso")
