"""What a configuration is about: prefix, tags and the like, which S3 wants nested.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_AnalyticsFilter.html
"""

from collections.abc import Mapping
from typing import Any


def wire(plain: Mapping[str, Any], tags: list[Any]) -> dict[str, Any]:
    """The filter of *plain* conditions and *tags*; S3 wants `And` round more than one."""
    if len(plain) + len(tags) > 1:
        return {"And": {**plain, **({"Tags": tags} if tags else {})}}
    return {"Tag": tags[0]} if tags else dict(plain)


def template(found: Mapping[str, Any]) -> dict[str, Any]:
    """The conditions of a filter side by side, its tags as `TagFilters`."""
    inner = {**found, **found.get("And", {})}
    tags = inner.pop("Tags", []) + ([inner.pop("Tag")] if "Tag" in inner else [])
    inner.pop("And", None)
    return {
        **{name: one for name, one in inner.items() if one != ""},
        **({"TagFilters": tags} if tags else {}),
    }
