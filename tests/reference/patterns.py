"""Action and resource patterns made from the request's own, bent a little."""

from .callers import B
from .words import bent, fewer

KEYS = ["aws:username", "AWS:UserName", "aws:PrincipalTag/team", "AWS:principaltag/Team", "aws:TagKeys", "aws:PrincipalTag/none"]  # fmt: skip
WORDS = ["alice", "red", "Red", "*", "app", "worker", "k"]
WHOLE = ["*", "arn:aws:s3:::*", "arn:aws:s3:*:*:*", "arn:aws:sqs:*:*:*"]


def action_pattern(case, kind):
    """An Action entry for a policy of that kind."""
    rng, action = case.rng, case.action
    service, name = action.split(":")
    if kind == "trust":
        return rng.choice(
            [action, action, action, action.lower(), "sts:AssumeRole", "sts:SetSourceIdentity"]
        )
    if kind == "rcp":
        return rng.choice(
            [action, f"{service}:*", f"{service}:{name[:3]}*", "s3:GetObject", "sqs:SendMessage"]
        )
    if "wildcards" not in case.features:
        return rng.choice(
            [action, action, action, "*", "s3:GetObject", "s3:DeleteObject", action[:-1]]
        )
    names = [
        "*", bent(rng, name), bent(rng, name), f"*{name[-4:].lower()}", f"{name[:3]}*", f"{name}?",
        f"?{name[1:]}", f"*{name[2:5]}*", "", f"{name}.*",
    ]  # fmt: skip
    others = ["*", "sqs:*", "s3:Get*", "iam:*", f"{service.upper()}:*", f"{service[:2]}*:{name}"]
    whole = [action, action.upper(), action.lower()]
    return rng.choice([*whole, *others, *(f"{service}:{one}" for one in names)])


def resource_pattern(case, kind):
    """A Resource entry for a policy of that kind."""
    rng = case.rng
    if case.resource == "*":
        return rng.choice(["*", "*", "arn:aws:s3:::b/*", "arn:aws:s3:::*"])
    *head, last = case.resource.split(":", 5)
    if "variables" in case.features and rng.random() < 0.5:
        last = with_variable(case, last)
    if "wildcards" in case.features and rng.random() < 0.7:
        return wild(case, kind, head, last)
    if rng.random() < 0.3:
        last = rng.choice(["*", last + "x", last.swapcase(), last[:-1], "b/*", "other"])
    if rng.random() < 0.05:
        head[rng.choice([1, 3, 4])] = rng.choice(["aws-cn", "", B])
    return ":".join([*head, last])


def wild(case, kind, head, last):
    """Wildcards somewhere, or an ARN that is too short, where its kind of policy takes one."""
    rng = case.rng
    if rng.random() < 0.2 and case.resource.startswith("arn:aws:s3"):
        return rng.choice(WHOLE)
    if rng.random() < 0.05 and kind == "identity":
        return rng.choice(
            [f"arn:aws:{head[2]}", "arn:aws:sns", f"arn:aws:{head[2]}:*", f"arn:aws:{head[2]}:us-*"]
        )
    if case.resource.count(":") > 5 and "$" not in case.resource and rng.random() < 0.3:
        return fewer(rng, case.resource)
    if "${" not in last:
        last = bent(rng, last)
    for place in (1, 3, 4):
        if rng.random() < 0.2:
            head[place] = rng.choice(["*", "*", bent(rng, head[place])]) if place > 1 else "*"
    return ":".join([*head, last])


def with_variable(case, text):
    """*text* with a word of it written as a variable, or so that it looks like one."""
    rng = case.rng
    key = rng.choice(KEYS)
    # Whether a default stands in for a key of several values is not said.
    default = "" if key == "aws:TagKeys" else rng.choice(["", "", ", 'alice'", ",'red'", ", '*'"])
    key = f" {key} " if rng.random() < 0.2 else key
    variable = rng.choice(["${" + key + default + "}"] * 4 + ["${*}", "${?}", "${$}"])
    for word in rng.sample(WORDS, len(WORDS)):
        if word in text:
            return text.replace(word, variable, 1)
    return rng.choice([variable, text + variable])
