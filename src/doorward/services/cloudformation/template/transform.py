"""The transforms of a template, applied before anything in it is resolved.

`AWS::LanguageExtensions` is our own; `AWS::Serverless-2016-10-31` is that of aws-sam-translator,
where it is installed; `AWS::Include` reads through a callable. Other macros are functions of the
account, which are not run here.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/transform-section-structure.html
"""

import json

from doorward.services.cloudformation.template import functions, sections
from doorward.services.cloudformation.template.document import (
    INCLUDE,
    LANGUAGE_EXTENSIONS,
    SERVERLESS,
    Template,
    Value,
)
from doorward.services.cloudformation.template.errors import UnknownTransform
from doorward.services.cloudformation.template.evaluate import Evaluator
from doorward.services.cloudformation.template.includes import Includes, Read
from doorward.services.cloudformation.template.loops import Loops
from doorward.services.cloudformation.template.parameters import Bound
from doorward.services.cloudformation.template.pseudo import Pseudo
from doorward.services.cloudformation.template.references import calls
from doorward.services.cloudformation.template.scope import ParameterNames

KNOWN = frozenset({LANGUAGE_EXTENSIONS, SERVERLESS, INCLUDE})


def names(template: Template) -> tuple[str, ...]:
    """The transforms that *template* declares, in order."""
    return tuple(one["Name"] if isinstance(one, dict) else one for one in template.transform)


def check(template: Template) -> None:
    """Refuse macros that are not known, wherever they are named.

    Raises:
        UnknownTransform: names the first.
    """
    inline = (
        functions.transform_name(argument)
        for name, argument, _ in calls(template.body)
        if name == "Fn::Transform"
    )
    for name in (*names(template), *inline):
        if name not in KNOWN:
            raise UnknownTransform(name)


def apply(template: Template, bound: Bound, pseudo: Pseudo, read: Read | None = None) -> Template:
    """*template* after its transforms; itself where it has none or they have been applied.

    What they make has no place of its own in the text.

    Args:
        template: as parsed.
        bound: the values of its parameters.
        pseudo: the stack and where it is.
        read: reads the fragments of `AWS::Include`.

    Raises:
        ValidationError: a transform is not known or fails.
    """
    if template.expanded:
        return template
    check(template)
    declared = names(template)
    inline = any(name == "Fn::Transform" for name, _, _ in calls(template.body))
    if not declared and not inline and "Fn::Transform" not in template.body:
        return template
    body: Value = dict(template.body)
    evaluator = Evaluator(ParameterNames(template, bound, pseudo))
    for one in template.transform:
        if isinstance(one, dict) and one["Name"] == INCLUDE:
            body = Includes(evaluator, read).replaced({**body, "Fn::Transform": one})
    body = Includes(evaluator, read).replaced(body)
    if LANGUAGE_EXTENSIONS in declared:
        body = Loops(evaluator).expanded(body)
    if SERVERLESS in declared:
        from doorward.services.cloudformation.template import serverless  # noqa: PLC0415 - slow

        body = serverless.expanded(body, bound, pseudo)
        body["Transform"] = list(template.transform)
    return sections.read(body, template.text, template.places, expanded=True)


def processed(template: Template) -> str:
    """The text of *template* after its transforms, as GetTemplate shows its Processed stage."""
    if not template.expanded:
        return template.text
    return json.dumps({key: item for key, item in template.body.items() if key != "Transform"})
