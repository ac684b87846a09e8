"""The query language of CloudWatch Logs Insights: read, and run over log events one by one.

    query = insights.read(text)             # raises Malformed, with the place and what was expected
    found = insights.run(query, events, limits)

Nothing is loaded ahead, and what is kept at a time is bounded: rows, groups and bytes. Time is
bounded by the caller, who looks at the clock where the events come from.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax.html
"""

from doorward.analysis.insights.parse import read
from doorward.analysis.insights.record import Event, flattened
from doorward.analysis.insights.run import Limits, Results, TooMuch, run
from doorward.analysis.insights.tree import Malformed, Query

__all__ = [
    "Event",
    "Limits",
    "Malformed",
    "Query",
    "Results",
    "TooMuch",
    "flattened",
    "read",
    "run",
]
