"""The service whose operations the modules of this package declare."""

from doorward.services.operation import Service

PRINCIPAL = "cloudtrail.amazonaws.com"
cloudtrail = Service("cloudtrail")
