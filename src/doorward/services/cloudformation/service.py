"""The service that CloudFormation operations are declared on."""

from doorward.services.operation import Service

cloudformation = Service("cloudformation")
PRINCIPAL = "cloudformation.amazonaws.com"
