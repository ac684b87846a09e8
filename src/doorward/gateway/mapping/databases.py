"""RDS: the tags that a new database gets, by the service's own name for them.

https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.IAM.Conditions.html
"""

from doorward.engine.request import Value
from doorward.gateway.mapping import tags
from doorward.gateway.mapping.call import Call


def context(call: Call) -> dict[str, Value]:
    """`rds:req-tag/…`."""
    given = tags.pairs(call.parameters.get("Tags") or ())
    return {f"rds:req-tag/{key.lower()}": value for key, value in given.items()}
