"""Spark finds what DuckDB finds, byte for byte: on every rule, every keyword, and hostile files.

Without PySpark or Java these tests are skipped; `PROVISIONS_REQUIRE_SPARK=1` makes that a failure.
"""

from __future__ import annotations

import csv
import datetime as dt
import gzip
import importlib.util
import json
import os
import random
import re
import shutil
import warnings
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import pytest
import yaml
from hypothesis import HealthCheck, Phase, given, settings

from conftest import DATA, edit, write_foreign, write_package
from provisions import open_package, validate
from provisions.compile.formats import FORMATS
from provisions.engines.choice import EngineChoice
from provisions.engines.duck import DuckEngine
from provisions.errors import EngineError, NotFoundError, PackageError, PublishError
from provisions.manifest import open_manifest
from provisions.reports.as_json import write_json_report
from provisions.rules import read_rules
from provisions.validation import validate_manifest
from test_differential import LEXICALS, NUMERALS, PATTERNS, rows_of_cells, schemas, write_table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from provisions.model import Report

RULES = Path(__file__).parent / "rules"
REQUIRED = os.environ.get("PROVISIONS_REQUIRE_SPARK") == "1"
MISSING = [
    name
    for name, there in (("pyspark", importlib.util.find_spec("pyspark")), ("java", shutil.which("java")))
    if not there
]
pytestmark = pytest.mark.skipif(
    bool(MISSING) and not REQUIRED,
    reason=f"NOT JUDGED ON SPARK: {' and '.join(MISSING)} is missing (pip install 'provisions[spark]', openjdk-17-jre-headless)",
)


@pytest.fixture(scope="module")
def session() -> Iterator[Any]:
    """A session of the user’s, as small as it goes."""
    from provisions.engines.sessions import begin_session

    os.environ.setdefault("SPARK_DRIVER_MEMORY", "1500m")
    os.environ.setdefault(
        "JDK_JAVA_OPTIONS", "-XX:TieredStopAtLevel=1 -XX:ReservedCodeCacheSize=256m"
    )  # most of the time goes into compiling
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        begun = begin_session("local[2]")
        yield begun
        begun.stop()


def judge_on_both(package: Path, session: Any, limit: int = 100) -> Report:
    """The verdict of DuckDB, after comparing it with that of Spark."""
    manifest = open_manifest(package)
    texts = []
    for choice in (EngineChoice(), EngineChoice("spark", session)):
        with closing(choice.begin(None, small=manifest.small)) as engine:
            report = validate_manifest(manifest, engine, limit)
        told = json.loads(write_json_report(report))
        assert told.pop("engine") == choice.name
        del told["seconds"]
        texts.append(json.dumps(told, ensure_ascii=False, indent=1))
        if choice.name == DuckEngine.name:
            expected = report
    assert texts[1] == texts[0]
    return expected


def test_committed_package(session: Any, data: Path) -> None:
    assert judge_on_both(data, session).ok


def test_every_rule(session: Any, tmp_path: Path) -> None:
    """The cases of all rules in one package, the ids of each case its own."""
    tables: dict[str, list[dict[str, Any]]] = {}
    seeds: dict[str, str] = {}
    for path in sorted(RULES.glob("*.yaml")):
        for number, case in enumerate(yaml.safe_load(path.read_text("utf-8"))):
            prefix = f"{path.stem}-{number}-"
            for table, rows in case["tables"].items():
                tables.setdefault(table, []).extend(_own(row, prefix) for row in rows)
            seeds |= {prefix + name: text for name, text in case.get("seeds", {}).items()}
    report = judge_on_both(write_package(tmp_path, tables, seeds), session, 10_000)
    assert {rule.name for rule in read_rules()} <= set(report.by_rule)
    assert not report.truncated


def _own(row: dict[str, Any], prefix: str) -> dict[str, Any]:
    """The row with ids that no other case has; a waiver’s key is made of ids."""
    return {
        name: f"{prefix}{value}" if value and (name == "id" or name.endswith("_id")) else value
        for name, value in row.items()
    }


def test_lists_are_cut_alike(session: Any, tmp_path: Path) -> None:
    parties = [{"id": f"p{n % 7}", "name": "", "kind": "planet", "start": "2000", "end": "1999"} for n in range(60)]
    report = judge_on_both(write_package(tmp_path, {"parties": parties}), session, 5)
    assert report.truncated


def _keywords() -> list[dict[str, Any]]:
    """Schemas of one column, for each keyword on values, of each type."""
    numeric = [
        {"type": kind, keyword: value}
        for kind in ("integer", "number")
        for keyword in ("minimum", "exclusiveMaximum", "multipleOf")
        for value in (1, 0.1, 9007199254740993)
    ]
    enums: list[dict[str, Any]] = [
        {"type": kind, "enum": [1, 0.5, "a", True, "2024", 1e22]} for kind in ("string", "integer", "number", "boolean")
    ]
    others: list[dict[str, Any]] = [{"minLength": 2, "maxLength": 3}, {"not": {"pattern": "a$"}}, {"const": "é"}]
    patterns = [{"pattern": pattern} for pattern in PATTERNS]
    formats = [{"format": name, "type": known.kind} for name, known in FORMATS.items()]
    return [{"type": "string"} | schema for schema in (*numeric, *enums, *others, *patterns, *formats)]


def _mutants(cells: list[str], count: int, seed: int) -> list[str]:
    """So many texts that are nearly those: with a character more, fewer, twice or another, or an end of another."""
    chance = random.Random(seed)  # noqa: S311  no secrets
    strange = "0159-+.eE:TZ/%_aAzé \t\n\r,\"'\\\u00a0\u0130\u03a3\u2028\u0301\uff11\U0001d400\x1f\x7f"

    def mutate(cell: str) -> str:
        for _ in range(chance.randint(1, 3)):
            at, char = chance.randint(0, len(cell)), chance.choice(strange)
            cell = chance.choice(
                [
                    cell[:at] + char + cell[at:],
                    cell[:at] + cell[at + 1 :],
                    cell[:at] + cell[at : at + 1] * 2 + cell[at + 1 :],
                    cell[:at] + char + cell[at + 1 :],
                    cell[:at] + chance.choice(cells)[at:],
                ]
            )
        return cell

    return [mutate(chance.choice(cells)) for _ in range(count)]


def test_every_keyword_on_every_lexical(session: Any, tmp_path: Path) -> None:
    schemas = _keywords()
    cells = [
        *LEXICALS,
        *NUMERALS,
        *("https://example.org/ä?b#c", "http://[::1]:80/", "mailto:a@b", "a@b.example", "ä@ö.example", "08:30:00Z"),
        *(
            "23:59:60Z",
            "2016-12-31T23:59:60Z",
            "2024-02-30T00:00:00Z",
            "P1Y2M",
            "P",
            "/a~0",
            "/a~2",
            "{+x}",
            "{",
            "[a-z]",
        ),
        *(
            "xn--ihqwcrb4cv8a8dqg056pqjye",
            "例え.jp",
            "-a.b",
            "İ",
            "Σ",
            "ß",
            "\u2028",
            "\x0b",
            "a\x85",
            "\u00a0",
            "\ufeff",
        ),
        *("''", "\\", "a\\", "\\'", "${x}", "`", "$1", "--", "/*", "\U0010ffff", "e\u0301"),
    ]
    cells += _mutants(cells, 10 * settings().max_examples, seed=1)
    names = [f"c{n}" for n in range(len(schemas))]
    schema = {"type": "object", "properties": dict(zip(names, schemas, strict=True))}
    package = write_foreign(tmp_path, [{"path": "t.csv", "rowSchema": schema}], {})
    with (package / "t.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n", quoting=csv.QUOTE_ALL)
        writer.writerow(names)
        writer.writerows([cell] * len(names) for cell in cells)
    report = judge_on_both(package, session, 10_000)
    assert {"schema/format", "schema/pattern", "schema/enum", "schema/multipleOf"} <= set(report.by_rule)


@settings(
    max_examples=settings().max_examples // 20,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(schema=schemas, rows=rows_of_cells)
def test_generated_schemas(
    session: Any, tmp_path_factory: pytest.TempPathFactory, schema: dict[str, Any], rows: list[dict[str, str]]
) -> None:
    folder = tmp_path_factory.mktemp("generated")
    write_table(folder, schema, rows)
    judge_on_both(folder, session)


def test_keys_and_ids_in_any_letters(session: Any, tmp_path: Path) -> None:
    ids = [
        "arg",
        "аrg",
        "ARG",
        "é",
        "e\u0301",
        "İx",
        "ix",
        "ΑΣ",
        "ας",
        "ｆｕｌｌ",
        "full",
        "𝐀b",
        "ab",
        "a\u200bb",
        "it's",
        "${a}",
        "\\",
    ]
    schema = {"fields": [{"name": "id"}, {"name": "to"}], "primaryKey": "id"}
    schema |= {"foreignKeys": [{"fields": "to", "reference": {"resource": "", "fields": "id"}}]}
    rows = [*zip(ids, reversed(ids), strict=True), ("arg", "gra"), ("", "x"), ("y", "a\\'")]
    text = "".join(f'"{a}","{b}"\n' for a, b in [("id", "to"), *rows])
    report = judge_on_both(write_foreign(tmp_path, [{"schema": schema}], {"t0.csv": text}), session)
    assert {"confusable-id", "schema/primaryKey", "schema/foreignKey"} <= set(report.by_rule)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"a,b\n1,2,3\n4\n\n5,6\n",
        b'a,b\n1,"x\ny"\n"2,z\n3,ok\n',
        b"a,b\n1,\xff\xfe\n2,\0\n",
        b'a,b\r\n1,"p\r\nq"\r\n1,r\r\n',
        b"b,a\nx,1\ny,1\n",
        b"a\n1\n1\n",
    ],
)
def test_hostile_files(session: Any, tmp_path: Path, content: bytes) -> None:
    schema = {"fields": [{"name": "a", "type": "integer"}, {"name": "b"}], "primaryKey": "a"}
    judge_on_both(write_foreign(tmp_path, [{"schema": schema}], {"t0.csv": content}), session)


def test_large_file_with_quoted_lines(session: Any, tmp_path: Path) -> None:
    """More than one group of rows in Parquet; places are physical lines."""
    rows = "".join(f'{n % 149_999},"line\nand {n}"\n' for n in range(150_000))
    schema = {"fields": [{"name": "a", "type": "integer"}, {"name": "b"}], "primaryKey": "a"}
    report = judge_on_both(write_foreign(tmp_path, [{"schema": schema}], {"t0.csv": f"a,b\n{rows}"}), session)
    assert [(f.rule, f.line) for f in report.findings] == [("schema/primaryKey", 300_000)]


def test_the_front_door_takes_a_session(session: Any, tmp_path: Path) -> None:
    package = write_foreign(tmp_path, [{"schema": {"fields": [{"name": "a"}]}}], {"t0.csv": "a\n1\n"})
    before = session.conf.get("spark.sql.session.timeZone")
    report = validate(package, engine=session)
    assert (report.ok, report.engine) == (True, "spark")
    assert session.conf.get("spark.sql.session.timeZone") == before
    assert session.sql("SELECT 1").count() == 1, "the user’s session goes on"


def _as_parquet(package: Path, folder: Path, table: str, by: str, cast: str = "") -> Path:
    """A table of a package as Parquet parted by a column; `cast` replaces columns by expressions, as SQL."""
    with duckdb.connect() as engine:
        csv_file = package / f"{table}.csv"
        engine.execute(
            f"COPY (SELECT * REPLACE ({cast or f'{by} AS {by}'}) FROM read_csv('{csv_file}', all_varchar=true)) "
            f"TO '{folder}' (FORMAT parquet, PARTITION_BY ({by}), ROW_GROUP_SIZE 2048)"
        )
    return folder


def test_what_spark_has_by_itself_is_judged_alike(session: Any, data: Path, tmp_path: Path) -> None:
    """Parquet parted by a column, as it lies in a lake, in the place of a CSV file: the same findings, found elsewhere."""
    edit(data / "parties.csv", "\nrus,", "\nrsu,")
    _, line, *_ = (data / "statements.csv").read_text("utf-8").splitlines()
    edit(data / "statements.csv", line, line.replace(",asserts,", ",assertz,"))
    expected = validate(data)
    assert not expected.ok
    lake = _as_parquet(data, tmp_path / "lake", "statements", "stance", "CAST(coded_on AS DATE) AS coded_on")
    (data / "statements.csv").unlink()
    choice = EngineChoice("spark", session, tables={"statements": str(lake)})
    report = validate(data, engine=choice)
    assert report.rows == expected.rows
    assert report.by_rule == expected.by_rule
    told = [[(f.rule, f.table, f.key, f.message, f.hint, f.value) for f in one.findings] for one in (expected, report)]
    assert sorted(told[0], key=str) == sorted(told[1], key=str)
    ours = [found for found in report.findings if found.table == "statements"]
    assert ours
    for found in ours:
        assert re.fullmatch(r"file:/.*/stance=\w+/.*\.parquet#row=[1-9][0-9]*", found.file or ""), found
        assert found.line is None


PARTS = {
    "p0.csv": b'a,b,d,e\n1,one,2024-01-01,x\n2,"two\nlines",2024-13-01,y\n3,x\n',
    "p1.csv": b'a,b,d,e\n1,dup,2024-01-01,z\nq,none,2024-01-01,x\n\n5,"bad"x,2024-01-01,x\n',
    "p2.csv": b'7,without a header,2024-02-01,x\n7,again,2024-02-30,w\n8,"a\nb",,\n',
    "p3.csv": b"",
    "p4.csv": b'\xef\xbb\xbfa,b,d,e\r\n9,crlf,2024-01-01,x\r\n9,"cr\r\nlf",bad,x\r\n',
    "p5.csv": b"b,a,d,e\n10,another header,2024-01-01,x\n",
    "p6.csv": b"a,b,d,e\n11,\xff,2024-01-01,x\n12,\0,2024-01-01,x\n007,odd,2024-01-01,x\n",
}
PARTED = {
    "fields": [
        {"name": "a", "type": "integer"},
        {"name": "b"},
        {"name": "d", "type": "date"},
        {"name": "e", "constraints": {"enum": ["x", "y"]}},
    ],
    "primaryKey": "a",
}


def _told(report: Report, place: str = "") -> str:
    """A report but for its engine and the seconds, the files of a place as if they lay in the package."""
    told = json.loads(write_json_report(report))
    del told["engine"], told["seconds"]
    return json.dumps(told, ensure_ascii=False, indent=1).replace(place, "")


@pytest.mark.parametrize("limit", [100, 1])
def test_parts_are_read_by_workers_as_by_one_machine(session: Any, tmp_path: Path, limit: int) -> None:
    """Hostile parts of one table, in the package and where Spark has them: the same findings at the same lines."""
    package = write_foreign(tmp_path / "p", [{"path": list(PARTS), "schema": PARTED}], PARTS)
    expected = judge_on_both(package, session, limit)
    assert {finding.file for finding in expected.findings} >= {"p0.csv", "p1.csv", "p4.csv", "p6.csv"}
    choice = EngineChoice("spark", session, tables={"t0": f"{package}/*.csv"})
    report = validate(package, limit, engine=choice)
    assert _told(report, f"file:{package}/") == _told(expected)


def test_parts_of_a_lake(session: Any, tmp_path: Path) -> None:
    """CSV, packed or not, on a file system that only Spark reads; a column stands in the names of folders."""
    whole = b"a,b,d,e\n1,one,2024-01-01,x\n2,two,2024-01-01,x\n2,three,2024-02-30,z\n3,four,,z\n"
    expected = validate(write_foreign(tmp_path / "p", [{"schema": PARTED}], {"t0.csv": whole}))
    assert expected.by_rule == {"schema/enum": 2, "schema/format": 1, "schema/primaryKey": 1}
    lake = tmp_path / "lake"
    (lake / "e=x").mkdir(parents=True)
    (lake / "e=z").mkdir()
    (lake / "e=x" / "one [1].csv").write_bytes(b"a,b,d\n1,one,2024-01-01\n2,two,2024-01-01\n")
    (lake / "e=z" / "two.csv.gz").write_bytes(gzip.compress(b"a,b,d\n2,three,2024-02-30\n3,four,\n"))
    session.sparkContext._jsc.hadoopConfiguration().set("fs.viewfs.mounttable.lake.link./data", lake.as_uri())
    choice = EngineChoice("spark", session, tables={"t0": "viewfs://lake/data"})
    report = validate(tmp_path / "p", engine=choice)
    assert report == replace(validate(tmp_path / "p", engine=choice), seconds=report.seconds)
    assert (report.rows, report.by_rule) == (expected.rows, expected.by_rule)
    told = [sorted((f.rule, f.key, f.value) for f in one.findings) for one in (report, expected)]
    assert told[0] == told[1]
    assert {(f.file, f.line) for f in report.findings if f.rule != "schema/enum"} == {
        ("viewfs://lake/data/e=z/two.csv.gz", 2)
    }
    (lake / "e=z" / "two.csv.gz").write_bytes(b"no gzip")
    with pytest.raises(PackageError, match=r"two\.csv\.gz: cannot be unpacked"):
        validate(tmp_path / "p", engine=choice)
    (lake / "e=z" / "three.parquet").touch()
    with pytest.raises(EngineError, match="holds CSV and other files"):
        validate(tmp_path / "p", engine=choice)


def test_tables_of_the_catalogue(session: Any, tmp_path: Path) -> None:
    """A table without files of its own gets its row numbers from its key; cells of other types are written as in CSV."""
    fields = [
        {"name": "id", "type": "integer"},
        {"name": "day", "type": "date"},
        {"name": "at", "type": "datetime"},
        {"name": "yes", "type": "boolean"},
        {"name": "x", "type": "number", "constraints": {"minimum": 1}},
    ]
    package = write_foreign(tmp_path, [{"schema": {"fields": fields, "primaryKey": "id"}}], {})
    session.sql(
        "SELECT CAST(id AS INT) AS id, DATE '2024-02-29' AS day, TIMESTAMP '2024-02-29 12:00:00Z' AS at, TRUE AS yes, "
        "id / 10D AS x FROM range(20, 0, -1)"
    ).createOrReplaceGlobalTempView("things")
    report = validate(package, engine=EngineChoice("spark", session, tables={"t0": "global_temp.things"}))
    assert report.by_rule == {"schema/minimum": 9}
    assert [(found.key, found.value) for found in report.findings] == [(str(n), str(n / 10)) for n in range(1, 10)]
    session.sql("SELECT id, 'x' AS daj FROM range(3)").createOrReplaceGlobalTempView("things")
    report = validate(package, engine=EngineChoice("spark", session, tables={"t0": "global_temp.things"}))
    assert {found.file for found in report.findings if found.rule == "file/header"} == {"global_temp.things"}
    with pytest.raises(NotFoundError, match="no table 't1'"):
        validate(package, engine=EngineChoice("spark", session, tables={"t1": "global_temp.things"}))
    with pytest.raises(EngineError, match="cannot be found"):
        validate(package, engine=EngineChoice("spark", session, tables={"t0": "global_temp.nowhere"}))
    session.sql("SELECT '007' AS id, '' AS day, '' AS at, '' AS yes, '.5' AS x").createOrReplaceGlobalTempView("things")
    with pytest.raises(PackageError, match="another form than the default"):
        validate(package, engine=EngineChoice("spark", session, tables={"t0": "global_temp.things"}))


@pytest.mark.parametrize("name", ["treaty_year", "statements"])
def test_derived_tables_as_parquet(session: Any, tmp_path: Path, name: str) -> None:
    day = dt.date(2026, 1, 1)
    with open_package(DATA) as package:
        package.save(name, tmp_path / name, EngineChoice("spark", session), day, 2020, 2025)
        expected = (
            package.derive(name, day, 2020, 2025)
            if name == "treaty_year"
            else package.query(f"SELECT {', '.join(package.tables[name].names)} FROM {name} ORDER BY id")
        )
        columns, rows = expected.columns, expected.fetchall()
    with duckdb.connect() as engine:
        key = "id" if name == "statements" else "treaty_id, year"
        found = engine.sql(f"SELECT * FROM '{tmp_path / name}/*.parquet' ORDER BY {key}")
        assert found.columns == columns
        assert found.fetchall() == rows


def test_a_release_of_parquet(session: Any, tmp_path: Path) -> None:
    text = "".join(f"{n},x,2024-01-01,x\n" for n in range(1, 4))
    package = write_foreign(tmp_path / "p", [{"schema": PARTED}], {"t0.csv": f"a,b,d,e\n{text}"})
    with open_package(package) as opened:
        release = opened.publish_parquet(tmp_path / "out", session)
        assert release.folder == tmp_path / "out" / "foreign-parquet"
        assert set(release.files) == {"SHA256SUMS", "t0/part-0.parquet"}
        with duckdb.connect() as engine:
            found = engine.sql(f"SELECT * FROM '{release.folder}/t0/*.parquet' ORDER BY a").fetchall()
        assert found == opened.table("t0").fetchall()
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["foreign-parquet"]
    (package / "t0.csv").write_text("a,b,d,e\n1,x,2024-01-01,w\n", encoding="utf-8")
    with open_package(package) as opened, pytest.raises(PublishError, match="1 error found"):
        opened.publish_parquet(tmp_path / "other", session)
    assert not (tmp_path / "other").exists()


@pytest.mark.parametrize(
    ("master", "java", "told"),
    [
        ("nonsense", None, "no master of Spark"),
        ("spark://127.0.0.1:9", None, "Nothing answers at spark://127.0.0.1:9"),
        ("sc://127.0.0.1:9", None, "Nothing answers at sc://127.0.0.1:9"),
        ("local[1]", "", "needs Java 17 or later, and none is in JAVA_HOME"),
        ("local[1]", "echo 'openjdk version \"11.0.2\"' >&2", 'is another: openjdk version "11.0.2"'),
        ("local[1]", "exit 1", "is another: it says nothing"),
    ],
)
def test_who_cannot_begin_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, master: str, java: str | None, told: str
) -> None:
    if java is not None:
        (tmp_path / "bin").mkdir()
        monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    if java:
        (tmp_path / "bin" / "java").write_text(f"#!/bin/sh\n{java}\n", encoding="utf-8")
        (tmp_path / "bin" / "java").chmod(0o755)
    with pytest.raises(EngineError, match=re.escape(told)):
        validate(DATA, engine=EngineChoice("spark", master, stage=tmp_path))


def test_what_cannot_run_gives_no_verdict(session: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from provisions.engines import spark

    package = write_foreign(tmp_path, [{"schema": {"fields": [{"name": "a"}]}}], {"t0.csv": "a\n1\n"})
    with pytest.raises(EngineError, match="--stage"):
        validate(package, engine=EngineChoice("spark", "spark://nowhere:7077"))
    monkeypatch.setitem(spark._SETTINGS, "spark.sql.ansi.enabled", "no such value")
    with pytest.raises(EngineError, match="Spark"):
        validate(package, engine=session)
