"""Steps that may be refused: what is undone then, and what counts as done already."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import TracebackType

from doorward.base.errors import AwsError
from doorward.services.cloudformation.types.refusals import LeftBehind


@contextmanager
def undone_by(unmake: Callable[[], None], physical_id: str) -> Iterator[None]:
    """Have *unmake* remove what was begun as *physical_id* if a step inside is refused.

    Raises:
        LeftBehind: the removal is refused, too; it carries the refusal of the step.
    """
    try:
        yield
    except AwsError as cause:
        try:
            unmake()
        except AwsError as error:
            raise LeftBehind(physical_id, cause) from error
        raise


class Tolerance:
    """Swallows refusals of some codes."""

    def __init__(self, codes: tuple[str, ...]) -> None:
        self.codes = codes

    def __enter__(self) -> None:
        """Nothing is needed."""

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> bool:
        """Whether the block ended with one of them."""
        return isinstance(error, AwsError) and error.code in self.codes


def unless(*codes: str) -> Tolerance:
    """Take a refusal of one of *codes* for success: what was to be removed is gone already."""
    return Tolerance(codes)
