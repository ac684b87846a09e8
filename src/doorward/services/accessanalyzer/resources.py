"""What operations are authorized on.

https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsiamaccessanalyzer.html
"""

from doorward.authz.access import Access
from doorward.services.context import Context
from doorward.services.operation import OWN_ACTION, Parameters


def everything(ctx: Context, parameters: Parameters) -> Access:
    """No resource of its own: what a request brings is judged, or all there is listed."""
    del ctx, parameters
    return Access(OWN_ACTION, "*")
