"""Policy documents as files."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from doorward.base.errors import BadInput
from doorward.base.limits import POLICY_DOCUMENT_CHARACTERS
from doorward.engine.compile import NamedPolicy
from doorward.policy.errors import PolicySyntaxError
from doorward.policy.parse import parse


def read(
    files: Sequence[Path], *, limit: int = POLICY_DOCUMENT_CHARACTERS
) -> Iterator[NamedPolicy]:
    """The policies in *files*, each of at most *limit* characters, named by their file.

    Raises:
        BadInput: one cannot be read or is no policy; says where in it.
    """
    for file in files:
        try:
            text = file.read_text("utf-8")
            yield NamedPolicy(str(file), parse(text, limit=limit))
        except (OSError, UnicodeDecodeError) as error:
            raise BadInput(str(file), "cannot be read", "check the path") from error
        except PolicySyntaxError as error:
            where = f"{file}:{error.position.line}:{error.position.column}"
            help_text = "the policy grammar: docs/reference/policy-language.md"
            raise BadInput(where, error.problem, help_text) from error
