import pytest
from hypothesis import given
from hypothesis import strategies as st

from doorward.policy.grammar import PolicyType, Refusal, check, size

TOKENS = st.sampled_from(
    [
        *'{}[]:,"',
        '"Statement"',
        '"Effect"',
        '"Allow"',
        '"Action"',
        '"Resource"',
        '"Principal"',
        '"Condition"',
        '"*"',
        '"arn:aws:"',
        "true",
        "1",
    ]
)


def refusal(text, kind):
    """The refusal, None where the document is accepted; any other error goes through."""
    try:
        check(text, kind)
    except Refusal as error:
        return error
    return None


@given(st.lists(TOKENS, max_size=30).map("".join), st.sampled_from(PolicyType))
def test_every_text_is_accepted_or_refused_with_a_reason(text, kind):
    error = refusal(text, kind)

    assert error is None or (error.message and error.problem)


@pytest.mark.parametrize("kind", PolicyType)
def test_a_document_deeper_than_the_stack_is_refused(kind):
    assert refusal("[" * 100_000, kind) is not None


def test_white_space_does_not_count_in_the_size():
    assert size('{ "Sid" :\t"a b"\r\n}') == len('{"Sid":"ab"}')
