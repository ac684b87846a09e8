"""CheckNoPublicAccess: whether a policy lets the public in to a resource.

https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-custom-policy-checks.html
"""

from doorward.analysis.public import kind_of, openings
from doorward.services.accessanalyzer import answers, documents, resources
from doorward.services.accessanalyzer.answers import Reason, Sentences
from doorward.services.accessanalyzer.service import accessanalyzer
from doorward.services.context import Context
from doorward.services.operation import Output

PUBLIC = Sentences(
    "The resource policy does not grant public access for the given resource type.",
    "The resource policy grants public access for the given resource type.",
    "Public access granted in the following statement",
)


@accessanalyzer.operation(on=resources.everything, reads=True)
def check_no_public_access(ctx: Context, *, policy_document: str, resource_type: str) -> Output:
    """Check whether a policy lets the public in, once it is attached to a resource of that type.

    Raises:
        ValidationException: the policy is too long or no JSON.
        UnprocessableEntity: it is no policy of a resource.

    https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_CheckNoPublicAccess.html
    """
    del ctx
    kind = kind_of(resource_type)
    policy = documents.read("policyDocument", policy_document, kind)
    found = [Reason(one.statement, one.answer.reason) for one in openings(policy, kind)]
    return answers.told(found, PUBLIC)
