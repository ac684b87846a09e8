"""Text of a request made into a pattern."""


def bent(rng, text):
    """*text* as a pattern that mostly still matches, and sometimes just does not."""
    if rng.random() < 0.12:
        return shuffled(rng, text)
    for _ in range(rng.choice([0, 1, 1, 2, 3])):
        start = rng.randrange(len(text) + 1)
        end = min(len(text), start + rng.choice([0, 1, 1, 2, 4]))
        change = rng.random()
        if change < 0.55:
            text = text[:start] + "*" + text[end:]
        elif change < 0.8:
            text = text[:start] + "?" * (end - start) + text[end:]
        elif change < 0.9:
            text = text[:start] + text[start:end].swapcase() + text[end:]
        elif change < 0.94:
            text = text[:start] + rng.choice("kRr.+[") + text[end:]
    return text


def shuffled(rng, text):
    """Runs of *text* between stars: out of order, or one on top of the next, so that it fails."""
    cuts = sorted(rng.randrange(len(text) + 1) for _ in range(2))
    first, second, third = text[: cuts[0]], text[cuts[0] : cuts[1]], text[cuts[1] :]
    return rng.choice(
        [
            f"*{second}*{first}*",
            f"{first}*{third}*{second}*",
            f"{first}*{second}*{second[-1:]}{third}",
            f"{first}{second}*{second}{third}",
            f"*{first}*{second}*{third}*",
        ]
    )


def fewer(rng, text):
    """*text*, an ARN with a colon in its last part, with two other parts become one star."""
    parts = text.split(":")
    place = rng.randrange(2, len(parts) - 2)
    return ":".join([*parts[:place], "*", *parts[place + 2 :]])
