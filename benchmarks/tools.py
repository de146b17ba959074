"""What is compared: the scan, `provisions validate` in three ways, and the peers, discovered in `peers/`. Runs nothing but installers."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shlex
import subprocess
import sys
import venv
from dataclasses import dataclass
from pathlib import Path

from benchmarks.check_faults import ENVIRONMENT, command
from benchmarks.generate import parse_rows

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
_FIELD = re.compile(r"^(peer|needs|largest|checks|misses): ((?:.|\n(?!\w+: |\"\"\"|\*/))+)", re.MULTILINE)


@dataclass(frozen=True)
class Tool:
    """Something that is run on a package: its command, where it runs, what it checks, and the size up to which it is run."""

    name: str
    command: tuple[str, ...]
    checks: str
    misses: str = ""
    largest: int = 1_000_000_000
    cwd: Path = ROOT
    on_faults: bool = False
    missing: str = ""


def ours(package: Path, faulty: Path, report: Path) -> list[Tool]:
    """The scan and the three ways of `provisions validate`."""

    def validate(path: Path) -> tuple[str, ...]:
        return tuple(command(path, report))

    return [
        Tool(
            "scan", (sys.executable, "-m", "benchmarks.scan", str(package)), "Nothing: DuckDB reads every cell as text."
        ),
        Tool(
            "provisions, foreign form",
            validate(package / "foreign.json"),
            "Structure, types, required, enum, pattern, bounds, dates by the calendar, row rules, primary, foreign and "
            "composite keys; file, line and column of each fault.",
            "What only rules on our tables know.",
        ),
        Tool(
            "provisions, all rules",
            validate(package),
            "The same, and all cross-reference rules: evidence, contradictions, dates between tables, each quote in its "
            "passage, each passage and hash in its document.",
        ),
        Tool(
            "provisions, with faults",
            validate(faulty),
            "The same on a package with faults of every kind.",
            on_faults=True,
        ),
    ]


def peers(package: Path, work: Path, *, install: bool) -> list[Tool]:
    """The peers; where `install` is true, they are installed first, into `work`. One that could not be says why in `missing`."""
    failures = _install(work) if install else {}
    found = []
    for path in sorted((HERE / "peers").glob("[a-z]*")):
        if path.suffix not in (".py", ".mjs"):
            continue
        header = {key: " ".join(value.split()) for key, value in _FIELD.findall(path.read_text("utf-8"))}
        node = path.suffix == ".mjs"
        start = ("node", str(path)) if node else (str(work / "venv/bin/python"), "-m", f"benchmarks.peers.{path.stem}")
        found.append(
            Tool(
                f"{header['peer']} {_version(header['needs'])}",
                (*start, str(package)),
                _sentence(header["checks"]),
                _sentence(header["misses"]),
                parse_rows(header["largest"]),
                work / "npm" if node else ROOT,
                missing=failures.get(header["needs"], ""),
            )
        )
    return found


def environment(tool: Tool) -> dict[str, str]:
    """The environment of a tool: only our own commands see `src`."""
    return ENVIRONMENT if tool.command[0] == sys.executable else dict(os.environ)


def _sentence(text: str) -> str:
    return text[0].upper() + text[1:]


def _version(name: str) -> str:
    pinned = dict(
        re.findall(r"^([\w-]+)(?:\[[^]]*\])?==([\w.]+)", (HERE / "peers.txt").read_text("utf-8"), re.MULTILINE)
    )
    return str((pinned | json.loads((HERE / "package.json").read_text("utf-8"))["dependencies"])[name])


def _install(work: Path) -> dict[str, str]:
    """Installs what is not there yet; returns the reason for each requirement that could not be installed."""
    lists = [HERE / "peers.txt", HERE / "package.json"]
    wanted = hashlib.sha256(b"".join(path.read_bytes() for path in lists)).hexdigest()
    done = work / "installed.json"
    if done.exists() and (state := json.loads(done.read_text("utf-8")))["wanted"] == wanted:
        return dict(state["failures"])
    print(f"installing the peers into {work} …", file=sys.stderr)
    failures: dict[str, str] = {}
    venv.create(work / "venv", with_pip=True, clear=True)
    pip = [str(work / "venv/bin/python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    for line in lists[0].read_text("utf-8").splitlines():
        if words := shlex.split(line, comments=True):
            reason = _try([*pip, *words], work)
            failures |= {re.split(r"[\[=]", word)[0]: reason for word in words if reason}
    (work / "npm").mkdir(exist_ok=True)
    (work / "npm/package.json").write_bytes(lists[1].read_bytes())
    reason = _try(["npm", "install", "--no-audit", "--no-fund", "--loglevel=error"], work / "npm")
    failures |= dict.fromkeys(json.loads(lists[1].read_bytes())["dependencies"], reason) if reason else {}
    done.write_text(json.dumps({"wanted": wanted, "failures": failures}), encoding="utf-8")
    return failures


def _try(words: list[str], cwd: Path) -> str:
    """Runs an installer; returns why it failed, or nothing."""
    try:
        done = subprocess.run(words, cwd=cwd, capture_output=True, text=True, check=False)
    except OSError as error:
        return f"{words[0]}: {error.strerror}"
    lines = [line.strip() for line in done.stderr.splitlines() if "error" in line.lower()]
    return "" if done.returncode == 0 else (lines[-1] if lines else f"{words[0]} failed")
