"""The text of policies that were made: actions alone, or with placeholders for resources.

A result is kept as `actions`, each with the templates of what it was done on, and `services`, those
of which it is not known what was done.

https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_GetGeneratedPolicy.html
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from doorward.analysis.generation.needed import Needed
from doorward.analysis.generation.policy import policy

OF_ACTIONS, OF_SERVICES = "SupportedServiceSid", "ServiceLevelSid"
"""How Sids begin. The first is observed, not documented; the second is assumed."""


def policies(result: Mapping[str, Any], *, placeholders: bool, services: bool) -> Iterator[str]:
    """One policy of the actions; with *services*, a template for what else was used.

    Without *placeholders*, actions are allowed on every resource, as AWS writes it. A template of a
    service has a placeholder for the action (assumed), so that nobody allows it all by mistake.
    """
    needed = [
        Needed(action, template)
        for action, templates in result["actions"].items()
        for template in (templates if placeholders else ["*"])
    ]
    if needed:
        yield _text(policy(needed, write=str)["Statement"], OF_ACTIONS)
    if services and result["services"]:
        patterns = [f"{one}:${{Action}}" for one in result["services"]]
        yield _text([{"Effect": "Allow", "Action": patterns, "Resource": "*"}], OF_SERVICES)


def _text(statements: list[dict[str, Any]], sid: str) -> str:
    numbered = [{"Sid": f"{sid}{number}", **one} for number, one in enumerate(statements)]
    made = {"Version": "2012-10-17", "Statement": numbered}
    return json.dumps(made, separators=(",", ":"))
