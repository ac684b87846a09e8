"""The one place that imports cfn-lint: a text to its nodes, which know where they stand.

Its import takes about half a second and 65 MB, so it happens at the first template, not at start.
Its loader builds on PyYAML's safe one. What it would read as a date, as an octal number or as the
name of another mapping is a string here (`bounds.SCALARS`).

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-formats.html
"""

import json
import re
from functools import lru_cache
from typing import Any, ClassVar

import yaml

from doorward.services.cloudformation.template import bounds
from doorward.services.cloudformation.template.document import Place
from doorward.services.cloudformation.template.errors import ExtraMissing, TemplateFormatError

FIRST = {"bool": "yYnNtTfFoO", "int": "-+0123456789", "float": "-+0123456789", "null": "~nN"}
"""The characters that such a scalar begins with; PyYAML looks at those alone."""


@lru_cache(maxsize=1)
def _classes() -> tuple[type, type]:
    """Our loader and our decoder, made of cfn-lint's.

    Raises:
        ExtraMissing: cfn-lint is not installed.
    """
    try:
        from cfnlint.decode import cfn_json, cfn_yaml  # noqa: PLC0415 - takes half a second
    except ImportError as error:
        raise ExtraMissing("cfn-lint") from error

    class Loader(cfn_yaml.CfnFullLoader):  # type: ignore[misc]
        yaml_implicit_resolvers: ClassVar[dict[str, list[tuple[str, re.Pattern[str]]]]] = {}

        def flatten_mapping(self, node: yaml.MappingNode) -> None:
            """A key is the text that was written: `on` and `80` are names here."""
            for key, _ in node.value:
                key.tag = f"{bounds.STANDARD}str"

    for tag, pattern in bounds.SCALARS.items():
        first = [*FIRST[tag.removeprefix(bounds.STANDARD)], *([""] if pattern.match("") else [])]
        Loader.add_implicit_resolver(tag, pattern, first)
    Loader.add_multi_constructor("!", cfn_yaml.multi_constructor)
    return Loader, cfn_json.CfnJSONDecoder


def load_yaml(text: str) -> Any:
    """The nodes of *text*, which `bounds.check_yaml` has let pass.

    Raises:
        TemplateFormatError: a tag does not fit what it stands on.
    """
    loader_class, _ = _classes()
    try:
        loader = loader_class(text, None)
        return loader.get_single_data()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        place = Place(mark.line + 1, mark.column + 1) if mark else None
        raise bounds.not_well_formed("YAML", place) from error
    except (yaml.YAMLError, ValueError, TypeError, LookupError) as error:
        raise bounds.not_well_formed("YAML", None) from error


def load_json(text: str) -> Any:
    """The nodes of *text*, which `bounds.check_json` has let pass.

    Raises:
        TemplateFormatError: it cannot be read.
    """
    _, decoder = _classes()
    try:
        return json.loads(text, cls=decoder)
    except ValueError as error:
        raise TemplateFormatError("JSON not well-formed.") from error
