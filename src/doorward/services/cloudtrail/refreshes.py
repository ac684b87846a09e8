"""Refreshing a dashboard: the queries of its widgets, run by CloudTrail itself.

The policies of the event data stores decide whether CloudTrail may run them.

https://docs.aws.amazon.com/awscloudtrail/latest/userguide/lake-dashboard.html
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from doorward.authz.explain import denial
from doorward.authz.subject import Subject
from doorward.engine.request import Principal, PrincipalKind
from doorward.services.cloudtrail import finding, queries, resources, templates, things
from doorward.services.cloudtrail.errors import InvalidParameter
from doorward.services.cloudtrail.service import PRINCIPAL, cloudtrail
from doorward.services.context import Context
from doorward.services.operation import Output

ACTION = "cloudtrail:StartQuery"
SELF = Subject(Principal(PrincipalKind.SERVICE, PRINCIPAL), None, PRINCIPAL)


@cloudtrail.operation(on=resources.dashboard)
def start_dashboard_refresh(
    ctx: Context,
    *,
    dashboard_id: str,
    query_parameter_values: dict[str, str] | None = None,
) -> Output:
    """Run the queries of a dashboard's widgets; DescribeQuery finds each by alias and refresh.

    None is run unless all can be (assumed).

    Raises:
        ResourceNotFound: there is no such dashboard.
        InvalidParameter: a widget's parameter has no value (assumed).
        AccessDenied: a store's policy does not let CloudTrail run queries (assumed).
        InvalidQueryStatement, EventDataStoreNotFound, InactiveEventDataStore,
            MaxConcurrentQueries: a query cannot be run.

    https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_StartDashboardRefresh.html
    """
    found = finding.dashboard(ctx, dashboard_id)
    arn = finding.arn(ctx, finding.DASHBOARD, found.id)
    refresh = str(10**14 + int.from_bytes(ctx.ids.token(6), "big") % (9 * 10**14))
    for widget in found.members["Widgets"]:
        values = _values(widget.get("QueryParameters") or [], query_parameter_values or {})
        statement = templates.filled(widget["QueryStatement"], values)
        _allowed(ctx, statement, arn)
        made = queries.begin(ctx, statement)
        alias = widget["QueryAlias"]
        queries.note(ctx, alias, made)
        queries.note(ctx, f"{alias}@{refresh}", made)
    things.change(ctx, found, {"LastRefreshId": refresh})
    return {"RefreshId": refresh}


def _values(names: Sequence[str], given: Mapping[str, str]) -> Sequence[str]:
    """What stands for the parameters of a widget; what is none of those is a value itself.

    Raises:
        InvalidParameter: one has no value.
    """
    for name in names:
        if name.startswith("$") and name not in given:
            raise InvalidParameter(f"The query parameter {name} has no value.")
    return [given.get(name, name) for name in names]


def _allowed(ctx: Context, statement: str, dashboard_arn: str) -> None:
    """Refuse where a store's policy does not let CloudTrail run a query for the dashboard.

    Raises:
        AccessDenied: it does not.

    https://docs.aws.amazon.com/awscloudtrail/latest/userguide/security_iam_resource-based-policy-examples.html
    """
    keys = {
        "aws:sourcearn": dashboard_arn,
        "aws:sourceaccount": ctx.account,
        "aws:principalisawsservice": "true",
        "aws:principalservicename": PRINCIPAL,
    }
    for one in resources.of_statement(ctx, statement):
        access = replace(one, action=ACTION, by=SELF, context={**one.context, **keys})
        decision = ctx.authorize(access)
        if not decision.allowed:
            raise denial(decision, SELF, access)
