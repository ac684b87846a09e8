"""A bar on standard error for what takes longer than a second; none where nobody looks."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

AFTER_SECONDS = 1.0


@contextmanager
def shown(
    title: str, size: Callable[[], int | None], *, quiet: bool
) -> Iterator[Callable[[int], None]]:
    """What to tell of each advance; *size* is asked for the whole only if somebody looks."""
    if quiet or not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

    begun = time.monotonic()
    progress = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        transient=True,
    )
    task = progress.add_task(title, total=size())

    def tell(advance: int) -> None:
        if not progress.live.is_started and time.monotonic() - begun > AFTER_SECONDS:
            progress.start()
        progress.advance(task, advance)

    try:
        yield tell
    finally:
        progress.stop()
