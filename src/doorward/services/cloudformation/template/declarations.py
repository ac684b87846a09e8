"""What a parameter and a mapping declare.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/mappings-section-structure.html
"""

import re

from doorward.services.cloudformation.template import patterns
from doorward.services.cloudformation.template.document import Parameter, Place, Value
from doorward.services.cloudformation.template.errors import TemplateFormatError, ValidationError

AWS_TYPES = frozenset(
    {
        *("AWS::EC2::AvailabilityZone::Name", "AWS::EC2::Image::Id", "AWS::EC2::Instance::Id"),
        *("AWS::EC2::KeyPair::KeyName", "AWS::EC2::SecurityGroup::GroupName"),
        *("AWS::EC2::SecurityGroup::Id", "AWS::EC2::Subnet::Id", "AWS::EC2::Volume::Id"),
        *("AWS::EC2::VPC::Id", "AWS::Route53::HostedZone::Id"),
    }
)
LISTS = frozenset(f"List<{name}>" for name in AWS_TYPES if "KeyPair" not in name) | {
    "List<Number>",
    "List<String>",
    "CommaDelimitedList",
}
SSM_NAME = "AWS::SSM::Parameter::Name"
SSM_VALUE = re.compile(r"AWS::SSM::Parameter::Value<(.+)>")
PLAIN = frozenset({"String", "Number", SSM_NAME}) | AWS_TYPES
SSM_INNER = frozenset({"String", "CommaDelimitedList"}) | AWS_TYPES | (LISTS - {"List<Number>"})
MEMBERS = frozenset(
    {
        *("Type", "Default", "NoEcho", "Description", "AllowedPattern", "AllowedValues"),
        *("ConstraintDescription", "MinLength", "MaxLength", "MinValue", "MaxValue"),
    }
)
MAPPING_ATTRIBUTES = 200
FIRST_KEY = re.compile(r"[A-Za-z0-9.-]+")


def known_type(name: str) -> bool:
    """Whether there is a parameter type *name*."""
    inner = SSM_VALUE.fullmatch(name)
    return name in PLAIN or name in LISTS or (inner is not None and inner.group(1) in SSM_INNER)


def is_list(name: str) -> bool:
    """Whether a parameter of type *name* has a list of strings for its value."""
    inner = SSM_VALUE.fullmatch(name)
    return (inner.group(1) if inner else name) in LISTS


def text(value: Value) -> str | None:
    """A scalar as the text that CloudFormation makes of it; None for anything else."""
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            return value
        case int() | float():
            return str(value)
        case _:
            return None


def parameter(name: str, value: Value, place: Place | None) -> Parameter:
    """One member of Parameters.

    Raises:
        ValidationError: it is not one.
    """
    if not isinstance(value, dict) or not isinstance(value.get("Type"), str):
        raise TemplateFormatError("Every Parameters object must contain a Type member.", place)
    if not known_type(value["Type"]):
        raise TemplateFormatError(f"Unrecognized parameter type: {value['Type'][:100]}", place)
    for member in value:
        if member not in MEMBERS:
            raise ValidationError(f"Invalid template parameter property '{member[:100]}'", place)
    return Parameter(
        name=name,
        type=value["Type"],
        default=_default(name, value, place),
        no_echo=_text(value, "NoEcho", place) in {"true", "True", "TRUE", "yes"},
        description=_text(value, "Description", place),
        allowed_pattern=_pattern(name, value, place),
        allowed_values=_allowed_values(value, place),
        constraint_description=_text(value, "ConstraintDescription", place),
        min_length=_whole(name, value, "MinLength", place),
        max_length=_whole(name, value, "MaxLength", place),
        min_value=_number(name, value, "MinValue", place),
        max_value=_number(name, value, "MaxValue", place),
    )


def _text(value: dict[str, Value], member: str, place: Place | None) -> str | None:
    if member not in value:
        return None
    found = text(value[member])
    if found is None:
        raise TemplateFormatError(f"Every {member} member must be a string.", place)
    return found


def _default(name: str, value: dict[str, Value], place: Place | None) -> str | None:
    found = value.get("Default")
    if isinstance(found, list) and is_list(value["Type"]):
        items = [text(one) for one in found]
        if None not in items:
            return ",".join(one for one in items if one is not None)
    if found is not None and text(found) is None:
        raise TemplateFormatError(
            f"Every Default member must be a string. Parameter: {name}", place
        )
    return None if found is None else text(found)


def _allowed_values(value: dict[str, Value], place: Place | None) -> tuple[str, ...] | None:
    if "AllowedValues" not in value:
        return None
    listed = value["AllowedValues"]
    if not isinstance(listed, list):
        raise TemplateFormatError("Every AllowedValues member must be a list.", place)
    found = [text(one) for one in listed]
    if None in found:
        raise TemplateFormatError("Every AllowedValues member must be a list of strings.", place)
    return tuple(one for one in found if one is not None)


def _pattern(name: str, value: dict[str, Value], place: Place | None) -> str | None:
    found = _text(value, "AllowedPattern", place)
    if found is not None and not patterns.valid(found):
        raise TemplateFormatError(f"Invalid AllowedPattern for parameter {name}", place)
    return found


def _number(name: str, value: dict[str, Value], member: str, place: Place | None) -> float | None:
    found = _text(value, member, place)
    number = None if found is None else as_number(found)
    if found is not None and number is None:
        problem = f"Invalid value for {member} of parameter {name}: must be a number."
        raise TemplateFormatError(problem, place)
    return number


def _whole(name: str, value: dict[str, Value], member: str, place: Place | None) -> int | None:
    number = _number(name, value, member, place)
    return None if number is None else int(number)


NUMBER = re.compile(
    r"[-+]?(?:[0-9]{1,300}(?:\.[0-9]{0,300})?|\.[0-9]{1,300})(?:[eE][-+]?[0-9]{1,2})?"
)


def as_number(value: str) -> float | None:
    """The number that *value* writes, or None."""
    return float(value) if NUMBER.fullmatch(value.strip()) else None


def mapping(name: str, value: Value, place: Place | None) -> None:
    """Refuse a member of Mappings that has not two levels of keys above strings and lists.

    Raises:
        TemplateFormatError: it has not.
    """
    if not isinstance(value, dict):
        raise TemplateFormatError(f"Every Mappings member {name} must be a map", place)
    if TRANSFORM in value:
        return
    if len(value) > MAPPING_ATTRIBUTES:
        raise TemplateFormatError(
            f"Number of attributes of mapping {name}, {len(value)},"
            f" is greater than maximum allowed, {MAPPING_ATTRIBUTES}",
            place,
        )
    for key, second in value.items():
        if not FIRST_KEY.fullmatch(key):
            problem = (
                f"Mappings attribute name '{key[:100]}' must contain only alphanumeric"
                " characters, dashes and dots."
            )
            raise TemplateFormatError(problem, place)
        if not isinstance(second, dict):
            raise TemplateFormatError(f"Every Mappings member {key} must be a map", place)
        for attribute in second.values():
            listed = attribute if isinstance(attribute, list) else [attribute]
            if any(text(one) is None for one in listed):
                problem = "Every Mappings attribute must be a String or a List."
                raise TemplateFormatError(problem, place)


TRANSFORM = "Fn::Transform"
