"""The service that operations on tokens of Identity Center are declared on."""

from doorward.services.operation import Service

sso_oidc = Service("sso-oidc", actions="sso-oauth")
