"""Session durations as ISO 8601 writes them, such as `PT8H`.

https://docs.aws.amazon.com/singlesignon/latest/userguide/howtosessionduration.html
"""

import re

from doorward.services.sso_admin.errors import ValidationException

TIMES = re.compile(r"PT(?:(\d{1,5})H)?(?:(\d{1,5})M)?(?:(\d{1,5})S)?")
SHORTEST_SECONDS = 3_600
LONGEST_SECONDS = 43_200


def seconds(text: str) -> int:
    """The seconds that *text* means.

    Raises:
        ValidationException: it is not 1 to 12 hours, or counts days, months or years.
    """
    found = TIMES.fullmatch(text)
    hours, minutes, rest = (int(one or 0) for one in found.groups()) if found else (0, 0, 0)
    total = hours * 3_600 + minutes * 60 + rest
    if not SHORTEST_SECONDS <= total <= LONGEST_SECONDS:
        raise ValidationException(f"SessionDuration {text} is not between PT1H and PT12H.")
    return total
