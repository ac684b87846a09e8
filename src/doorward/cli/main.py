"""The `doorward` command: dispatch, and what a person sees when input cannot be used.

`simulate` and `test` are asked thousands of times in a script, so they start without the command
framework.
"""

import sys
from collections.abc import Sequence

from doorward.base.errors import BadInput

OK = 0
WRONG_INPUT = 2


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line *arguments*, those of the process by default; leaves with its status."""
    sys.exit(run(sys.argv[1:] if arguments is None else arguments))


def run(arguments: Sequence[str]) -> int:
    """The exit status of the command."""
    try:
        if arguments and arguments[0] == "simulate":
            from doorward.cli import simulate

            return simulate.main(arguments[1:])
        if arguments and arguments[0] == "test":
            from doorward.cli import test

            return test.main(arguments[1:])
        from doorward.cli import app

        return app.main(arguments)
    except BadInput as error:
        print(f"doorward: {error}", file=sys.stderr)
        if error.help:
            print(f"  help: {error.help}", file=sys.stderr)
        return WRONG_INPUT
    except BrokenPipeError:
        sys.stderr.close()
        return OK
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    main()
