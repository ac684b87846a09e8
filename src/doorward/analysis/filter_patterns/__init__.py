"""Filter patterns of CloudWatch Logs: which log events a metric filter or a search means.

A pattern is one of terms, of conditions on JSON, or of conditions on fields between spaces.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
"""

from doorward.analysis.filter_patterns.message import Message
from doorward.analysis.filter_patterns.pattern import Pattern, compiled
from doorward.analysis.filter_patterns.refusals import InvalidPattern

__all__ = ["InvalidPattern", "Message", "Pattern", "compiled"]
