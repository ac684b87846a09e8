"""A bar on standard error for what takes longer than a second; none where nobody looks."""

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

AFTER_SECONDS = 1.0


class Bar:
    """A bar that comes after a second; *progress* is rich's, None for a bar that never comes."""

    def __init__(self, progress: Any = None) -> None:
        self._progress = progress
        self._timer = threading.Timer(AFTER_SECONDS, self._show)
        self._timer.daemon = True
        if progress is not None:
            self._timer.start()

    def tell(self, advance: int) -> None:
        """Be told of an advance."""
        if self._progress is not None:
            for task in self._progress.task_ids:
                self._progress.advance(task, advance)

    def hide(self) -> None:
        """Go away, for good; may be called twice."""
        if self._progress is None:
            return
        progress, self._progress = self._progress, None
        self._timer.cancel()
        self._timer.join()
        progress.stop()

    def _show(self) -> None:
        progress = self._progress
        if progress is not None:
            progress.start()


@contextmanager
def shown(title: str, size: Callable[[], int | None], *, quiet: bool) -> Iterator[Bar]:
    """A bar; *size* is asked for the whole only if somebody looks."""
    if quiet or not sys.stderr.isatty():
        yield Bar()
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

    progress = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        transient=True,
    )
    progress.add_task(title, total=size())
    bar = Bar(progress)
    try:
        yield bar
    finally:
        bar.hide()
