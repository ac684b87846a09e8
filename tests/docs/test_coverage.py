"""The coverage pages say what is answered."""

from tools import coverage


def test_they_are_what_the_models_and_the_registry_say():
    assert [path.name for path in coverage.stale()] == [], "run `make docs`"


def test_a_page_counts_each_operation_of_the_model_once():
    text = coverage.page("iam")

    assert text.count("\n| [") == len(coverage.operations("iam"))
    assert (
        "| [CreateUser](https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateUser.html) | yes |"
        in text
    )
