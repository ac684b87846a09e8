import pytest

from doorward.engine.conditions.combine import satisfied
from doorward.engine.conditions.combine import test as made_ready
from doorward.policy.document import Condition, Text, Texts

ABSENT = None

CASES = [
    # operator                              request             policy                   holds
    ("StringEquals",                        "a",                ["a", "b"],              True),
    ("StringEquals",                        "A",                ["a"],                   False),
    ("StringEquals",                        "ab",               ["a*"],                  False),  # no wildcards
    ("StringEquals",                        ABSENT,             ["a"],                   False),
    ("StringEquals",                        "",                 [""],                    True),
    ("StringEqualsIfExists",                ABSENT,             ["a"],                   True),
    ("StringEqualsIfExists",                "b",                ["a"],                   False),
    ("StringNotEquals",                     "a",                ["a", "b"],              False),  # none may match
    ("StringNotEquals",                     ABSENT,             ["a"],                   True),
    ("StringEqualsIgnoreCase",              "ABC",              ["abc"],                 True),
    ("StringLike",                          "a/b:c",            ["a*c"],                 True),
    ("StringLike",                          "abc",              ["a?c"],                 True),
    ("StringLike",                          "abc",              ["A*"],                  False),
    ("StringLike",                          "x*y",              ["x${*}y"],              True),
    ("StringLike",                          "xxy",              ["x${*}y"],              False),
    ("StringEquals",                        "alice",            ["${aws:username}"],     True),
    ("StringLike",                          "home/alice/x",     ["home/${aws:username}/*"], True),
    ("StringEquals",                        "none",             ["${aws:none, 'none'}"], True),
    ("StringEquals",                        "x",                ["${aws:none}"],         False),
    ("StringNotEquals",                     "x",                ["${aws:none}"],         True),
    ("StringEquals",                        ("a",),             ["a"],                   False),  # needs a set operator
    ("StringNotEquals",                     ("a",),             ["b"],                   False),
    ("ForAllValues:StringEquals",           ("a", "b"),         ["a", "b", "c"],         True),
    ("ForAllValues:StringEquals",           ("a", "d"),         ["a", "b", "c"],         False),
    ("ForAllValues:StringEquals",           ABSENT,             ["a"],                   True),
    ("ForAllValues:StringNotEquals",        ("c", "d"),         ["a", "b"],              True),
    ("ForAnyValue:StringEquals",            ("a", "d"),         ["a"],                   True),
    ("ForAnyValue:StringEquals",            ABSENT,             ["a"],                   False),
    ("ForAnyValue:StringNotEquals",         ABSENT,             ["a"],                   False),
    ("ForAnyValue:StringNotEquals",         ("a", "b"),         ["a"],                   True),
    ("ForAnyValue:StringEquals",            "a",                ["a"],                   True),
    ("Null",                                ABSENT,             ["true"],                True),
    ("Null",                                "x",                ["false"],               True),
    ("Null",                                "x",                ["true"],                False),
    ("Bool",                                "True",             ["true"],                True),
    ("Bool",                                "yes",              ["true"],                False),
    ("Bool",                                ABSENT,             ["false"],               False),
    ("BoolIfExists",                        ABSENT,             ["false"],               True),
    ("NumericEquals",                       "5.0",              ["5"],                   True),
    ("NumericLessThan",                     "9",                ["10"],                  True),
    ("NumericGreaterThanEquals",            "10",               ["10"],                  True),
    ("NumericNotEquals",                    "x",                ["10"],                  None),  # no number: cannot be told
    ("DateGreaterThan",                     "2026-01-02",       ["2026-01-01T00:00:00Z"], True),
    ("DateEquals",                          "1767225600",       ["2026-01-01T00:00:00Z"], True),  # epoch seconds
    ("DateEquals",                          "2026-01-01T01:00:00+01:00", ["2026-01-01T00:00:00Z"], True),
    ("DateNotEquals",                       "soon",             ["2026-01-01T00:00:00Z"], None),
    ("IpAddress",                           "203.0.113.9",      ["203.0.113.9/24"],      True),   # host bits ignored
    ("IpAddress",                           "203.0.113.9",      ["203.0.113.9"],         True),
    ("IpAddress",                           "203.0.113.9",      ["2001:db8::/32"],       False),
    ("IpAddress",                           "2001:DB8::1",      ["2001:db8::/32"],       True),
    ("IpAddress",                           "203.0.113.9",      ["0.0.0.0/0"],           True),
    ("NotIpAddress",                        "2001:db8::1",      ["0.0.0.0/0"],           True),
    ("NotIpAddress",                        ABSENT,             ["0.0.0.0/0"],           True),
    ("ArnEquals",                           "arn:aws:sns:r:1:t", ["arn:aws:sns:*:1:*"],  True),   # wildcards too
    ("ArnLike",                             "arn:aws:sns:r:1:t", ["arn:aws:*:t"],        False),  # field by field
    ("ArnNotLike",                          "arn:aws:sns:r:1:t", ["arn:aws:sns:r:2:t"],  True),
    ("BinaryEquals",                        "QmluYXJ5",         ["QmluYXJ5"],            True),
    ("stringequals",                        "a",                ["a"],                   True),   # assumed
    ("StringSounds",                        "a",                ["a"],                   None),   # no operator
    ("NumericNotEquals",                    "1",                ["abc"],                 None),
    ("NumericEquals",                       "1",                ["abc"],                 False),
    ("NotIpAddress",                        "10.0.0.1",         ["10.0.0.0/33"],         None),
    ("ForAllValues:NumericNotEquals",       ("1", "abc"),       ["2"],                   None),
    ("ForAllValues:NumericNotEquals",       ("1", "abc"),       ["1"],                   False),  # told without it
    ("ForAnyValue:NumericNotEquals",        ("abc",),           ["2"],                   None),
    ("ForAnyValue:NumericNotEquals",        ("1", "abc"),       ["2"],                   True),
    ("NullIfExists",                        "a",                ["false"],               None),
]  # fmt: skip


@pytest.mark.parametrize(("operator", "request_value", "values", "expected"), CASES)
def test_an_operator_answers_as_aws_says(operator, request_value, values, expected):
    items = tuple(Text(value) for value in values)
    condition = Condition(Text(operator), Text("Example:Key"), Texts(items))
    context = {"aws:username": "alice"}
    if request_value is not ABSENT:
        context["example:key"] = request_value

    assert satisfied(made_ready(condition, variables=True), context) is expected


def test_the_old_language_has_no_variables():
    condition = Condition(Text("StringEquals"), Text("a:b"), Texts((Text("${aws:username}"),)))
    context = {"aws:username": "alice", "a:b": "${aws:username}"}

    assert satisfied(made_ready(condition, variables=False), context) is True


def test_a_value_brought_in_by_a_variable_is_no_pattern_and_is_not_read_again():
    condition = Condition(Text("StringLike"), Text("a:b"), Texts((Text("${aws:tag}"),)))
    for tag in ("*", "${aws:username}"):
        context = {"aws:tag": tag, "aws:username": "alice", "a:b": "alice"}

        assert satisfied(made_ready(condition, variables=True), context) is False
