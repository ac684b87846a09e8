"""What CloudTrail finds unusual, imports and sample queries: of which there are none here.

https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-insights-events-with-cloudtrail.html
"""

from datetime import datetime

from doorward.services.cloudtrail import paging, resources
from doorward.services.cloudtrail.lake_errors import ImportNotFound
from doorward.services.cloudtrail.service import cloudtrail
from doorward.services.context import Context
from doorward.services.operation import Output


@cloudtrail.operation(on=resources.everything)
def get_import(ctx: Context, *, import_id: str) -> Output:
    """Show an import: none was begun. GAP: files are imported by `doorward trail import`.

    Raises:
        ImportNotFound: always.

    https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_GetImport.html
    """
    del ctx
    raise ImportNotFound(import_id)


@cloudtrail.operation(on=resources.everything)
def list_imports(
    ctx: Context,
    *,
    max_results: int | None = None,
    destination: str | None = None,
    import_status: str | None = None,
    next_token: str | None = None,
) -> Output:
    """List imports: none was begun.

    Raises:
        InvalidNextToken: there is no further page.

    https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_ListImports.html
    """
    del max_results, destination, import_status
    paging.after(ctx, "ListImports", next_token)
    return {"Imports": []}


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
