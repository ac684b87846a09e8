"""Without cfn-lint a template says what to install."""

import sys

import pytest

from doorward.services.cloudformation.template import loader, schema
from doorward.services.cloudformation.template.errors import ExtraMissing
from doorward.services.cloudformation.template.parse import parse


@pytest.fixture
def without_cfn_lint(monkeypatch):
    caches = (loader._classes, schema._folder, schema._index, schema.of)
    for name in [name for name in sys.modules if name.split(".")[0] == "cfnlint"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "cfnlint", None)
    for cache in caches:
        cache.cache_clear()
    yield
    for cache in caches:
        cache.cache_clear()


@pytest.mark.usefixtures("without_cfn_lint")
def test_the_extra_is_named_where_cfn_lint_is_not_installed():
    says = r"templates need the package `cfn-lint`: install `doorward\[cloudformation\]`"

    with pytest.raises(ExtraMissing, match=says):
        parse("Resources: {A: {Type: T}}")
    with pytest.raises(ExtraMissing, match=says):
        schema.of("AWS::IAM::Role")
    with pytest.raises(ExtraMissing, match=says):
        schema.types()


def test_schemas_are_read_without_importing_cfn_lint():
    import subprocess

    code = (
        "import sys\n"
        "from doorward.services.cloudformation.template import schema, difference, validate, resolve\n"
        "assert schema.of('AWS::IAM::Role').create_only\n"
        "assert 'cfnlint' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
