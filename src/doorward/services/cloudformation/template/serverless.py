"""`AWS::Serverless-2016-10-31`, as the package aws-sam-translator expands it.

The package would ask the network about applications of the repository; those are refused before
it sees them. It keeps the region in a global, so one template is expanded at a time.

https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/what-is-sam.html
"""

from collections.abc import Mapping
from copy import deepcopy
from threading import Lock
from types import SimpleNamespace

from doorward.services.cloudformation.template.document import SERVERLESS, Value
from doorward.services.cloudformation.template.errors import ExtraMissing, ValidationError
from doorward.services.cloudformation.template.parameters import Bound
from doorward.services.cloudformation.template.pseudo import Pseudo

APPLICATION = "AWS::Serverless::Application"
ONE_AT_A_TIME = Lock()


class Failed(ValidationError):
    """The template is none that SAM takes."""

    def __init__(self, problem: str) -> None:
        super().__init__(f"Transform {SERVERLESS} failed with: {problem}")


def expanded(body: Mapping[str, Value], bound: Bound, pseudo: Pseudo) -> dict[str, Value]:
    """*body* with its serverless resources as the plain ones that they stand for.

    Raises:
        Failed: the package refuses the template, and says why.
        ExtraMissing: the package is not installed.
    """
    try:
        from samtranslator.model.exceptions import (  # noqa: PLC0415 - slow
            ExceptionWithMessage,
            InvalidDocumentException,
        )
        from samtranslator.parser.parser import Parser  # noqa: PLC0415
        from samtranslator.translator.translator import Translator  # noqa: PLC0415
    except ImportError as error:
        raise ExtraMissing("aws-sam-translator") from error
    _refuse_applications(body)
    values = {
        name: ",".join(value) if isinstance(value, list) else value
        for name, value in bound.values.items()
    } | {
        "AWS::AccountId": pseudo.account,
        "AWS::Partition": pseudo.partition,
        "AWS::Region": pseudo.region,
        "AWS::StackId": pseudo.stack_id,
        "AWS::StackName": pseudo.stack_name,
        "AWS::URLSuffix": pseudo.url_suffix,
    }
    session = SimpleNamespace(region_name=pseudo.region)
    with ONE_AT_A_TIME:
        try:
            translator = Translator({}, Parser(), boto_session=session)
            found: dict[str, Value] = translator.translate(deepcopy(dict(body)), values)
            translator.metrics.publish()
        except InvalidDocumentException as error:
            causes = " ".join(one.message for one in error.causes)
            raise Failed(f"{error.message} {causes}".strip()) from error
        except ExceptionWithMessage as error:
            raise Failed(error.message) from error
        except (TypeError, ValueError, LookupError, AttributeError, RuntimeError) as error:
            # The package does not check all that it reads.
            raise Failed("the template is not a valid SAM document.") from error
    return found


def _refuse_applications(body: Mapping[str, Value]) -> None:
    resources = body.get("Resources")
    for name, resource in resources.items() if isinstance(resources, dict) else ():
        if isinstance(resource, dict) and resource.get("Type") == APPLICATION:
            raise Failed(f"resource {name}: {APPLICATION} does not work here")
