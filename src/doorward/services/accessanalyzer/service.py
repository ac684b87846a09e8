"""The service whose operations the modules of this package declare."""

from doorward.services.operation import Service

accessanalyzer = Service("accessanalyzer", actions="access-analyzer")
