"""JSON-Schema-Test-Suite, its cases that fit a flat row: the compiled SQL gives their verdict, or the schema is refused by name.

The suite is not part of this repository. It is looked for in `shared/suites` beside the checkout, or in the folder
that the environment variable PROVISIONS_SHARED names.
"""

from __future__ import annotations

import json
import os
import random
import re
from collections import Counter
from dataclasses import dataclass
from functools import cache
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from provisions.compile import evaluate_atoms
from provisions.compile.instance import Instance, Scope
from provisions.compile.keywords import violations
from provisions.compile.references import Document
from provisions.engines.duck import DuckEngine
from provisions.errors import SchemaError
from provisions.model import Check, Column, Severity, Table

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

HERE = Path(__file__).resolve()
SUITE = Path(os.environ.get("PROVISIONS_SHARED", HERE.parents[2] / "shared")) / "suites" / "jsts_rows.jsonl"
pytestmark = pytest.mark.skipif(not SUITE.is_file(), reason=f"{SUITE} is not here")
# In these, the suite shows that formats are annotations by default. Here they assert, as in its `optional/format`.
ANNOTATION_ONLY = "is only an annotation by default"
Cells = dict[str, str]


@dataclass(frozen=True)
class Case:
    """One line of the suite, its instance as typed cells; a scalar is the cell `value`."""

    id: str
    schema: Any
    kinds: dict[str, str]
    cells: Cells
    scalar: bool
    valid: bool
    oracle: Any


@cache
def read_cases() -> list[Case]:
    cases = []
    for line in SUITE.read_text("utf-8").splitlines():
        item = json.loads(line)
        scalar = item["kind"] == "scalar"
        instance = {"value": item["instance"]} if scalar else item["instance"]
        cases.append(
            Case(
                id=item["id"],
                schema=item["schema"],
                kinds={name: kind(value) for name, value in instance.items()},
                cells={
                    name: value if isinstance(value, str) else json.dumps(value) for name, value in instance.items()
                },
                scalar=scalar,
                valid=item["valid"] and not item["test"].endswith(ANNOTATION_ONLY),
                oracle=item["oracle"],
            )
        )
    return cases


def kind(value: Any) -> str:
    if value is None:
        return "null"
    return {str: "string", bool: "boolean", int: "integer", float: "number"}[type(value)]


@pytest.fixture(scope="module")
def engine() -> Iterator[DuckEngine]:
    engine = DuckEngine()
    yield engine
    engine.close()


tables = count()


def judge(engine: DuckEngine, schema: Any, kinds: dict[str, str], rows: Sequence[Cells], *, scalar: bool) -> list[bool]:
    """Whether the rows satisfy the schema, in their order. Raises `SchemaError` where it is refused."""
    columns = kinds or {"column": "string"}
    table = Table(f"t{next(tables)}", schema, tuple(Column(name, type_, {}) for name, type_ in columns.items()))
    scope = Scope(table, Document(table.name, schema))
    found = violations(schema, Instance(scope, column="value" if scalar else None))
    invalid = " OR ".join(f"({violation.invalid})" for violation in found) or "FALSE"
    records = [[str(n), *(cells.get(name) for name in columns)] for n, cells in enumerate(rows)]
    engine.load_rows(f"raw_{table.name}", ["_row", *columns], records)
    names = ", ".join('"' + name.replace('"', '""') + '"' for name in columns)
    engine.run(
        f'CREATE VIEW "_cells_{table.name}" AS SELECT CAST(_row AS BIGINT) AS _row, TRUE AS _sound, {names} FROM raw_{table.name}'
    )
    check = Check("suite", Severity.ERROR, table.name, None, "", "", atoms=tuple(scope.atoms.values()))
    evaluate_atoms(engine, [check])
    verdicts = engine.rows(f'SELECT {invalid} AS bad FROM "_cells_{table.name}" t ORDER BY t._row')
    assert {row["bad"] for row in verdicts} <= {True, False}, "a predicate is NULL"
    return [not row["bad"] for row in verdicts]


def reason(error: SchemaError) -> str:
    """What a refusal names: the keyword, format, reference …"""
    text = re.sub(r"^schema of t[0-9]+:? ?", "", str(error))
    text = re.sub(r" \(for .*|; .*|\. Other.*", "", text, flags=re.DOTALL)
    return text.replace("the schema itself", "it")


def read_list(name: str) -> dict[str, list[str]]:
    """A checked-in list: a line `# reason`, then the cases it is about, `file#group: test test …`."""
    listed: dict[str, list[str]] = {}
    current: list[str] = []
    for line in HERE.with_name(name).read_text("utf-8").splitlines():
        if line.startswith("# "):
            current = listed.setdefault(line.removeprefix("# "), [])
        elif line:
            group, tests = line.split(": ")
            current += [f"{group}.{test}" for test in tests.split()]
    return listed


def write_list(listed: dict[str, list[str]]) -> str:
    """The text of such a list, to be put into its file when a change of it is meant."""
    lines = []
    for title, ids in sorted(listed.items()):
        lines.append(f"# {title}")
        groups: dict[str, list[str]] = {}
        for case in ids:
            groups.setdefault(case.rpartition(".")[0], []).append(case.rpartition(".")[2])
        lines += [f"{group}: {' '.join(tests)}" for group, tests in groups.items()]
    return "\n".join(lines) + "\n"


@cache
def verdicts() -> tuple[dict[str, bool], dict[str, str]]:
    """Each case by itself, in a table of one row: its verdict, or why its schema is refused."""
    engine = DuckEngine()
    valid, refused = {}, {}
    for case in read_cases():
        try:
            valid[case.id] = judge(engine, case.schema, case.kinds, [case.cells], scalar=case.scalar)[0]
        except SchemaError as error:
            refused[case.id] = reason(error)
    engine.close()
    return valid, refused


def test_every_verdict_is_that_of_the_suite() -> None:
    valid, refused = verdicts()
    wrong = {case.id for case in read_cases() if case.id not in refused and valid[case.id] != case.valid}
    assert wrong == set()


def test_what_is_refused_is_listed_with_its_reason() -> None:
    found: dict[str, list[str]] = {}
    for case, why in verdicts()[1].items():
        found.setdefault(why, []).append(case)
    assert found == read_list("suite_refused.txt"), write_list(found)


def test_where_jsonschema_is_wrong_is_listed() -> None:
    """Only there may the second opinion differ from the suite; elsewhere `jsonschema` is a fair judge of this compiler."""
    cases = [case for case in read_cases() if not case.id.startswith("format#")]
    found = {"jsonschema 4.26.0 is wrong": [case.id for case in cases if case.oracle != case.valid]}
    assert found == read_list("suite_oracle_errors.txt"), write_list(found)


def test_the_suite_is_whole() -> None:
    files = Counter(case.id.partition("#")[0] for case in read_cases())
    assert (len(files), files.total()) == (64, 1739)


def groups() -> list[tuple[Any, dict[str, str], list[Case]]]:
    """Cases of one schema whose cells have the same types, so that they fit one table."""
    found: dict[tuple[str, bool], list[tuple[dict[str, str], list[Case]]]] = {}
    for case in read_cases():
        if case.id in verdicts()[1]:
            continue
        merged = found.setdefault((json.dumps(case.schema), case.scalar), [])
        for kinds, cases in merged:
            names = {name.lower() for name in (*kinds, *case.kinds)}
            if len(names) == len({*kinds, *case.kinds}) and all(
                kinds.get(name, type_) == type_ for name, type_ in case.kinds.items()
            ):
                kinds |= case.kinds
                cases.append(case)
                break
        else:
            merged.append((dict(case.kinds), [case]))
    return [(cases[0].schema, kinds, cases) for merged in found.values() for kinds, cases in merged]


def test_a_verdict_does_not_depend_on_other_rows(engine: DuckEngine) -> None:
    alone = verdicts()[0]
    for schema, kinds, cases in groups():
        together = judge(engine, schema, kinds, [case.cells for case in cases], scalar=cases[0].scalar)
        assert together == [alone[case.id] for case in cases], cases[0].id


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("group", ["optional/format/hostname#0", "multipleOf#2", "unevaluatedProperties#14"])
def test_a_verdict_does_not_depend_on_how_many_rows_there_are(group: str, threads: int, engine: DuckEngine) -> None:
    """Past a vector (2,048 rows) and a row group (122,880 rows) of DuckDB, shuffled."""
    alone = verdicts()[0]
    engine.run(f"SET threads = {threads}")
    schema, kinds, cases = next(
        found for found in groups() if any(case.id.startswith(group + ".") for case in found[2])
    )
    for size in (2_050, 122_900):
        many = random.Random(size).choices(cases, k=size)  # noqa: S311 - the same rows in every run
        found = judge(engine, schema, kinds, [case.cells for case in many], scalar=cases[0].scalar)
        assert found == [alone[case.id] for case in many]
