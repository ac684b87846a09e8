"""What CloudTrail finds unusual.

https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-insights-events-with-cloudtrail.html
"""

from datetime import datetime

from doorward.services.cloudtrail import paging, resources
from doorward.services.cloudtrail.service import cloudtrail
from doorward.services.context import Context
from doorward.services.operation import Output


@cloudtrail.operation(on=resources.everything)
def list_insights_metric_data(
    ctx: Context,
    *,
    event_source: str,
    event_name: str,
    insight_type: str,
    trail_name: str | None = None,
    error_code: str | None = None,
    start_time: datetime | None = None,
    end_time: datetime | None = None,
    period: int | None = None,
    data_type: str | None = None,
    max_results: int | None = None,
    next_token: str | None = None,
) -> Output:
    """Show how unusual the calls of an operation are: nothing looks for that here.

    Raises:
        InvalidNextToken: there is no further page.

    https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_ListInsightsMetricData.html
    """
    del trail_name, start_time, end_time, period, data_type, max_results
    paging.after(ctx, "ListInsightsMetricData", next_token)
    shown: Output = {
        "EventSource": event_source,
        "EventName": event_name,
        "InsightType": insight_type,
        "Timestamps": [],
        "Values": [],
    }
    return shown | ({"ErrorCode": error_code} if error_code else {})
