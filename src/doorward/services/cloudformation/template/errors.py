"""What a template or its parameters are refused with.

Almost every refusal of CloudFormation has the one code `ValidationError`; clients tell them apart
by the sentence.

https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/CommonErrors.html
"""

from doorward.base.errors import AwsError
from doorward.services.cloudformation.template.document import Place


class ValidationError(AwsError):
    """A template, a parameter or a request cannot be used; the message is AWS's own sentence.

    Attributes:
        place: where in the template, if that is known.
    """

    code = "ValidationError"
    status = 400

    def __init__(self, message: str, place: Place | None = None) -> None:
        super().__init__(message)
        self.place = place


class TemplateFormatError(ValidationError):
    """The text or one of its sections is not what a template is made of."""

    def __init__(self, problem: str, place: Place | None = None) -> None:
        super().__init__(f"Template format error: {problem}", place)


class TemplateError(ValidationError):
    """A function of the template is used wrongly or has no value."""

    def __init__(self, problem: str, place: Place | None = None) -> None:
        super().__init__(f"Template error: {problem}", place)


class NoSnapshot(ValidationError):
    """A resource is to be kept as a snapshot, which nothing that works here can be (assumed)."""

    def __init__(self, type: str, policy: str) -> None:
        super().__init__(f"Template error: resource type {type} does not support {policy} Snapshot")


class UnresolvedResources(ValidationError):
    """Names that are no resource, parameter or pseudo parameter, or whose condition is false.

    The sentence about Outputs has no prefix; observed, not documented.
    """

    def __init__(self, names: set[str], block: str = "Resources") -> None:
        listed = ", ".join(sorted(names))
        sentence = f"Unresolved resource dependencies [{listed}] in the {block} block"
        prefix = "" if block == "Outputs" else "Template format error: "
        super().__init__(f"{prefix}{sentence} of the template")


class ExtraMissing(ValidationError):
    """A package that templates need is not installed."""

    def __init__(self, package: str) -> None:
        super().__init__(
            f"templates need the package `{package}`: install `doorward[cloudformation]`"
        )


class UnsupportedFunction(ValidationError):
    """There is no such function, or not without a transform that the template does not name."""

    def __init__(self, name: str, known: frozenset[str]) -> None:
        listed = ", ".join(sorted(known))
        super().__init__(
            f"Template Error: Encountered unsupported function: {name[:100]}"
            f" Supported functions are: [{listed}]"
        )


class UnknownTransform(ValidationError):
    """A macro that is not one of those that work here."""

    def __init__(self, name: str) -> None:
        super().__init__(f"No transform named {name[:100]} found.")
