"""The templates that the project started from, where the folder that has them is named."""

import os
from pathlib import Path

import pytest

from doorward.services.cloudformation.template import validate
from doorward.services.cloudformation.template.parse import parse
from services.cloudformation.template.values import resolver

SHARED = os.environ.get("DOORWARD_SHARED")
GIVEN = {"BucketName": "reports", "AdminPassword": "hunter2"}


@pytest.mark.skipif(not SHARED, reason="DOORWARD_SHARED names no folder with templates")
def test_the_seed_templates_resolve():
    paths = sorted(Path(SHARED, "seed", "templates").glob("*.yaml"))
    assert paths
    for path in paths:
        text = path.read_text()
        template = parse(text)
        validate.check(template)
        given = {name: value for name, value in GIVEN.items() if name in template.parameters}
        found = resolver(text, given)
        for layer in found.order():
            for name in layer:
                resource = template.resources[name]
                assert validate.properties(resource, found.properties(name)) == ()
