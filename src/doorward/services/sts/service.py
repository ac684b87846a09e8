"""The service that STS operations are declared on."""

from doorward.services.operation import Service

sts = Service("sts")
