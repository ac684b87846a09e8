"""What kind of resource a simulation is about, as an ARN with placeholders.

https://docs.aws.amazon.com/IAM/latest/APIReference/API_EvaluationResult.html
"""

import re
from collections.abc import Sequence

from doorward.catalog import actions
from doorward.engine.match import ANY, glob

PLACEHOLDER = re.compile(r"\$\{[^}]*\}")


def template(action: str, arns: Sequence[str]) -> str:
    """The ARN template of the resources, such as `arn:${Partition}:s3:::${BucketName}`.

    `*` where all resources are meant, or the action works on none that has an ARN. Of several
    types the one that fits the first resource most closely, `*` where none does (assumed).
    """
    known = [] if "*" in arns else _templates(action)
    fitting = [one for one in known if glob(PLACEHOLDER.sub(ANY, one), arns[0])]
    return max(fitting, key=len, default="*")


def _templates(action: str) -> list[str]:
    found = actions.find(action)
    types = found.resource_types if found else ()
    service = action.partition(":")[0]
    kinds = [actions.resource_type(service, one.name) for one in types]
    return [kind.arn for kind in kinds if kind is not None]
