"""Coverage-guided fuzzing with atheris: `PYTHONPATH=tests python -m fuzz loader -max_total_time=600`, and any option of libFuzzer."""

from __future__ import annotations

import sys
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["provisions"]):
    from fuzz import targets


def main() -> None:
    """Fuzzes the target that is named first; what it finds lies in the working folder, what is new in `.fuzz/`."""
    name = sys.argv.pop(1)
    corpus, found = Path(__file__).parent / "corpus" / name, Path(".fuzz") / name
    found.mkdir(parents=True, exist_ok=True)
    atheris.Setup([*sys.argv, str(found), str(corpus)], targets.TARGETS[name])
    atheris.Fuzz()


main()
