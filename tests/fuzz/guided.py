"""One target under atheris, which keeps the inputs that reach new code.

    PYTHONPATH=tests python -m fuzz.guided policy -max_total_time=20 [CORPUS]

Arguments after the name are libFuzzer's. The process ends with 77 at a find, whose input is in the
file that libFuzzer names.

https://github.com/google/atheris
"""

import contextlib
import logging
import sys
import tempfile
from pathlib import Path

import atheris

LARGEST = "65536"
TIMEOUT_SECONDS = "5"


def main(name: str, *arguments: str) -> None:
    """Fuzz the target *name* until libFuzzer ends the process."""
    logging.disable()
    sys.path.insert(0, str(Path(__file__).parents[1]))
    with atheris.instrument_imports(include=["doorward"]), contextlib.redirect_stdout(sys.stderr):
        from fuzz.targets import targets
    target = targets()[name]
    for seed in target.seeds:
        target.run(seed)
    folder = Path(tempfile.mkdtemp(prefix=f"fuzz-{name}-"))
    for number, seed in enumerate(target.seeds):
        (folder / str(number)).write_bytes(seed)
    words = folder.with_suffix(".dict")
    words.write_text(
        "".join(
            '"{}"\n'.format("".join(f"\\x{one:02x}" for one in word[:64])) for word in target.words
        )
    )
    options = [f"-max_len={LARGEST}", f"-timeout={TIMEOUT_SECONDS}", f"-dict={words}"]
    atheris.Setup([sys.argv[0], *options, *arguments, str(folder)], target.run)
    atheris.Fuzz()


if __name__ == "__main__":
    main(*sys.argv[1:])
