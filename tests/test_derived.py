"""What follows from the rows: each derived table as it is described, status at its edges, and ATOP’s own tables given back."""

from __future__ import annotations

import csv
import datetime as dt
import os
import re
import runpy
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import DATA, ROOT, write_package
from provisions import open_package, validate
from provisions.datasets.comparison import find_kappa
from provisions.datasets.importing import import_atop
from provisions.derived import read_derived
from provisions.errors import EngineError, NotFoundError, PackageError, PeriodError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from click.testing import Result

    from provisions import Package

ATOP = Path(os.environ.get("PROVISIONS_SHARED", ROOT.parent / "shared")) / "oracle" / "atop-4.01"
PLEDGES = ("defense", "offense", "neutral", "nonagg", "consul")
Rows = list[dict[str, Any]]


@pytest.fixture(scope="module")
def package() -> Iterator[Package]:
    with open_package(DATA) as opened:
        yield opened


def derive(package: Package, name: str, as_of: str | None = None, **years: Any) -> Rows:
    relation = package.derive(name, dt.date.fromisoformat(as_of) if as_of else None, **years)
    return [dict(zip(relation.columns, row, strict=True)) for row in relation.fetchall()]


def small(folder: Path, tables: dict[str, Rows], **about: Any) -> Package:
    """A package of those rows; what other columns need is filled in."""
    import json

    path = write_package(folder, tables) / "datapackage.json"
    path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | about), encoding="utf-8")
    return open_package(path.parent)


# Each table


@pytest.mark.parametrize("name", sorted(read_derived()))
def test_a_derived_table_has_the_columns_and_the_key_that_it_describes(name: str, package: Package) -> None:
    table = read_derived()[name]
    rows = derive(package, name)
    assert rows
    assert set(rows[0]) == set(table.columns)
    keys = [tuple(row[column] for column in table.key) for row in rows]
    assert len(set(keys)) == len(keys)
    assert not table.trace or table.trace in read_derived()


def test_an_unknown_table_and_an_impossible_period(package: Package, run: Callable[..., Result]) -> None:
    with pytest.raises(NotFoundError, match=r"Did you mean “dyad_year”\?"):
        package.derive("dyad_yaer")
    with pytest.raises(PeriodError):
        package.derive("dyad_year", first=2000, last=1999)
    assert run("derive", "dyad_year", DATA, "--from", "0").exit_code == 2
    assert "directed_dyad_year" in run("derive").stdout


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM read_csv('/etc/passwd')",
        "ATTACH '/tmp/x.db'",
        "COPY statements TO '/tmp/x.csv'",
        "INSTALL httpfs",
    ],
)
def test_a_query_reads_and_writes_no_file(sql: str, package: Package, run: Callable[..., Result]) -> None:
    result = run("query", sql, DATA)
    assert result.exit_code == 3
    assert result.stderr.startswith("provisions: DuckDB:")
    with pytest.raises(EngineError):
        package.stream(sql)


# Status


def status(package: Package, day: str, treaty: str = "t") -> tuple[str, dict[str, str]]:
    (whole,) = [row["status"] for row in derive(package, "treaty_status", day) if row["treaty_id"] == treaty]
    return whole, {r["party_id"]: r["status"] for r in derive(package, "party_status", day) if r["treaty_id"] == treaty}


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2024-12-03", "none"),
        ("2024-12-05", "announced"),
        ("2024-12-06", "signed"),
        ("2025-03-12", "signed"),
        ("2025-03-13", "in-force"),
    ],
)
def test_the_treaty_of_2024_at_its_edges(day: str, expected: str, package: Package) -> None:
    assert status(package, day, "rus-blr-2024")[0] == expected
    (row,) = [row for row in derive(package, "treaty_status", day) if row["treaty_id"] == "rus-blr-2024"]
    assert row["binds"] == ("blr rus" if expected == "in-force" else None)


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("1995-01-01", {"aze": True, "geo": True, "uzb": True}),
        ("2000-01-01", {"aze": False, "geo": False, "uzb": False}),
        ("2007-01-01", {"aze": False, "geo": False, "uzb": True}),
        ("2013-01-01", {"aze": False, "geo": False}),
    ],
)
def test_who_the_collective_security_treaty_bound(day: str, expected: dict[str, bool], package: Package) -> None:
    (row,) = [row for row in derive(package, "treaty_status", day) if row["treaty_id"] == "cst-1992"]
    assert {party: party in row["binds"].split() for party in expected} == expected


def treaty(**more: str) -> dict[str, str]:
    return {"id": "t", "title": "T", "instrument": "treaty", "coding": "complete", "text_basis": "full"} | more


def act(kind: str, date: str = "", party: str = "", treaty_id: str = "t") -> dict[str, str]:
    return {"id": f"{kind}-{party}-{date}", "treaty_id": treaty_id, "party_id": party, "kind": kind, "date": date}


PARTIES: Rows = [{"id": name, "name": name, "kind": "state"} for name in ("a", "b", "c")]
SIGNED = [act("signature", "1990-01-01", party) for party in ("a", "b")]


def test_the_stages_of_a_party_are_told_apart(tmp_path: Path) -> None:
    actions = [
        *SIGNED,
        act("ratification", "1990-06-01", "a"),
        act("entry-into-force", "1991-01-01"),
        act("invitation", "1992-01-01", "c"),
        act("accession", "1993-01-01", "c"),
        act("suspension", "1994-01-01", "a"),
        act("resumption", "1995-01-01", "a"),
        act("freeze", "1996-01-01", "a"),
        act("denunciation", "1997-01-01", "b"),
        act("withdrawal", "1998-01-01", "b"),
        act("resumption", "2000-01-01", "b"),
        act("exclusion", "2001", "c"),
        act("termination", "2010-01-01"),
    ]
    with small(tmp_path, {"treaties": [treaty()], "parties": PARTIES, "actions": actions}) as package:
        at = {year: status(package, f"{year}-07-01") for year in range(1989, 2011)}
        assert at[1989] == ("none", {"a": "none", "b": "none", "c": "none"})
        assert at[1990] == ("signed", {"a": "ratified", "b": "signed", "c": "none"})
        assert at[1992] == ("in-force", {"a": "in-force", "b": "in-force", "c": "invited"})
        assert [at[year][1]["c"] for year in (1993, 2000, 2001, 2002)] == [
            "in-force",
            "in-force",
            "in-force",
            "excluded",
        ]
        assert [at[year][1]["a"] for year in (1994, 1995, 1996)] == ["suspended", "in-force", "frozen"]
        assert [at[year][1]["b"] for year in (1997, 1998, 1999, 2000)] == [
            "denounced",
            "withdrawn",
            "withdrawn",
            "in-force",
        ]
        assert at[2010] == ("ended", {"a": "ended", "b": "ended", "c": "excluded"})
        spells = [
            (row["party_id"], row["bound_from"], row["bound_to"], row["ended_how"])
            for row in derive(package, "memberships")
        ]
        assert spells == [
            ("a", "1991-01-01", "2010-01-01", "termination"),
            ("b", "1991-01-01", "1998-01-01", "withdrawal"),
            ("b", "2000-01-01", "2010-01-01", "termination"),
            ("c", "1993-01-01", "2001", "exclusion"),
        ]
        (uncertain,) = [r["uncertain"] for r in derive(package, "party_status", "2001-07-01") if r["party_id"] == "c"]
        assert uncertain == "exclusion-c-2001"


def test_who_takes_part_again_is_not_bound_by_that_where_nothing_entered_into_force(tmp_path: Path) -> None:
    actions = [*SIGNED, act("suspension", "1991-01-01", "a"), act("resumption", "1992-01-01", "a")]
    with small(tmp_path, {"treaties": [treaty()], "parties": PARTIES, "actions": actions}) as package:
        assert derive(package, "memberships") == []
        assert status(package, "1991-07-01") == ("signed", {"a": "suspended", "b": "signed"})
        assert status(package, "1993-01-01") == ("signed", {"a": "signed", "b": "signed"})


def test_a_withdrawn_signature_and_a_withdrawn_ratification_are_told_apart(tmp_path: Path) -> None:
    actions = [
        *SIGNED,
        act("signature-withdrawal", "1991-01-01", "a"),
        act("ratification", "1990-02-01", "b"),
        act("ratification-withdrawal", "1991-01-01", "b"),
    ]
    with small(tmp_path, {"treaties": [treaty()], "parties": PARTIES, "actions": actions}) as package:
        assert status(package, "1992-01-01")[1] == {"a": "signature-withdrawn", "b": "ratification-withdrawn"}


def test_a_successor_takes_the_place_and_the_part_of_its_predecessor(tmp_path: Path) -> None:
    parties = [*PARTIES, {"id": "d", "name": "d", "kind": "state", "succeeds_id": "b"}]
    actions = [*SIGNED, act("entry-into-force", "1991-01-01"), act("succession", "2000-01-01", "d")]
    tables: dict[str, Rows] = {
        "treaties": [treaty()],
        "parties": parties,
        "actions": actions,
        "categories": [{"id": "mutual-defence", "label": "m"}],
        "provisions": [{"id": "p", "treaty_id": "t", "category_id": "mutual-defence", "modality": "obligation"}],
        "roles": [
            {"provision_id": "p", "party_id": "b", "role": "obligor"},
            {"provision_id": "p", "party_id": "a", "role": "beneficiary"},
        ],
    }
    with small(tmp_path, tables) as package:
        assert status(package, "2001-01-01")[1] == {"a": "in-force", "b": "succeeded", "d": "in-force"}
        found = {
            (r["obligor"], r["beneficiary"], r["bound_from"], r["bound_to"], r["one_sided"])
            for r in derive(package, "obligations")
        }
        assert found == {("b", "a", "1991-01-01", "2000-01-01", True), ("d", "a", "2000-01-01", None, True)}


def test_what_takes_effect_at_once_needs_no_entry_into_force(tmp_path: Path) -> None:
    tables: dict[str, Rows] = {
        "treaties": [treaty(instrument="unilateral-act")],
        "parties": PARTIES,
        "actions": [act("adoption", "1990", "a")],
    }
    with small(tmp_path, tables) as package:
        assert status(package, "1990-06-01")[0] == "none"  # the day is not known
        assert status(package, "1991-01-01") == ("in-force", {"a": "in-force"})


# Panels

MUTUAL: dict[str, Rows] = {
    "parties": PARTIES,
    "actions": [*SIGNED, act("entry-into-force", "1990-03-01"), act("withdrawal", "1993-05-01", "b")],
    "categories": [{"id": "mutual-defence", "label": "m"}, {"id": "neutrality", "label": "n"}],
    "crosswalk": [
        {"category_id": "mutual-defence", "scheme": "atop", "variable": "defense", "value": "1", "match": "exact"},
        {
            "category_id": "neutrality",
            "scheme": "atop",
            "variable": "neutral",
            "value": "1",
            "match": "exact",
            "modality": "obligation",
        },
        {"category_id": "mutual-defence", "scheme": "cow", "variable": "defense", "value": "1", "match": "exact"},
    ],
    "provisions": [{"id": "p", "treaty_id": "t", "category_id": "mutual-defence", "modality": "obligation"}],
    "roles": [
        {"provision_id": "p", "party_id": "a", "role": "obligor"},
        {"provision_id": "p", "party_id": "b", "role": "beneficiary"},
    ],
}


def panel(package: Package, name: str = "directed_dyad_year", **years: Any) -> dict[tuple[Any, ...], tuple[Any, ...]]:
    key = read_derived()[name].key
    return {
        tuple(row[column] for column in key): (row["coverage"], row["defense"], row["neutral"])
        for row in derive(package, name, **years)
    }


def test_a_zero_is_an_absence_and_never_a_gap(tmp_path: Path) -> None:
    period = {"temporal": {"start": "1990", "end": "1992"}}
    with small(tmp_path / "1", MUTUAL | {"treaties": [treaty()]}, **period) as package:
        assert panel(package) == {("a", "b", year): ("coded", 1, 0) for year in (1990, 1991, 1992)} | {
            ("b", "a", year): ("coded", 0, 0) for year in (1990, 1991, 1992)
        }
        assert panel(package, last=1995)["a", "b", 1993] == ("out-of-coverage", None, None)
        assert ("a", "b", 1994) not in panel(package, last=1995)
        assert panel(package, "dyad_year")["a", "b", 1991] == ("coded", 1, 0)
        (year,) = [row for row in derive(package, "dyad_year") if row["year"] == 1991]
        assert (year["one_sided"], year["cow_type"]) == (1, "Type I")
        assert panel(package, "party_year", last=1995)["a", 1994] == ("out-of-coverage", None, None)
        assert [row["type"] for row in derive(package, "cow_type")] == ["Type I"]
    with small(tmp_path / "2", MUTUAL | {"treaties": [treaty(coding="partial")]}, **period) as package:
        assert panel(package)["a", "b", 1991] == ("partly-coded", 1, None)
        assert panel(package)["b", "a", 1991] == ("partly-coded", None, None)
    spells = [{"party_id": "a", "scheme": "cow", "start": "1991-01-01", "code": "1"}]
    with small(tmp_path / "3", MUTUAL | {"treaties": [treaty()], "spells": spells}, **period) as package:
        assert panel(package)["a", "b", 1990] == ("not-a-state", None, None)
        assert panel(package)["a", "b", 1991] == ("coded", 1, 0)


def test_a_party_that_joins_later_takes_the_part_that_all_have_and_no_other(tmp_path: Path) -> None:
    roles = [
        {"provision_id": "p", "party_id": party, "role": role}
        for party in ("a", "b")
        for role in ("obligor", "beneficiary")
    ]
    one_sided = {"id": "q", "treaty_id": "t", "category_id": "neutrality", "modality": "obligation"}
    tables = MUTUAL | {
        "treaties": [treaty()],
        "actions": [*SIGNED, act("entry-into-force", "1990-03-01"), act("accession", "1992-01-01", "c")],
        "provisions": [*MUTUAL["provisions"], one_sided],
        "roles": [*roles, {"provision_id": "q", "party_id": "a", "role": "obligor"}],
    }
    with small(tmp_path, tables, temporal={"start": "1990", "end": "1993"}) as package:
        assert panel(package)["c", "a", 1993] == ("coded", 1, 0)
        assert panel(package)["a", "c", 1993] == ("coded", 1, 1)
        assert ("c", "a", 1991) not in panel(package)


def test_a_treaty_and_its_amendment_are_one(tmp_path: Path) -> None:
    tables = MUTUAL | {
        "treaties": [treaty(), treaty(id="u")],
        "actions": [
            *MUTUAL["actions"],
            *(act("signature", "1991-01-01", party, "u") | {"id": f"u-{party}"} for party in ("a", "b")),
            act("entry-into-force", "1991-01-01", "", "u") | {"id": "u-force"},
        ],
        "relations": [{"id": "r", "from_treaty_id": "u", "kind": "amends", "to_treaty_id": "t"}],
    }
    with small(tmp_path, tables, temporal={"start": "1990", "end": "1995"}) as package:
        assert {row["treaties"] for row in derive(package, "directed_dyad_year")} == {1}


def test_a_coding_leads_back_to_its_words(package: Package) -> None:
    rows = {(row["treaty_id"], row["party_id"], row["variable"]): row for row in derive(package, "atop_trace")}
    found = rows["nato-1949", None, "defense"]
    assert (found["value"], found["state"]) == (1, "coded")
    assert "nato-1949-art-5" in found["provisions"]
    assert found["statements"]
    absent = rows["nato-1949", None, "offense"]
    assert (absent["value"], absent["state"], absent["provisions"]) == (0, "absent", None)
    assert {row["value"] for row in rows.values() if row["state"] in ("undecided", "not-coded")} == {None}
    traced = {(r["obligor"], r["beneficiary"], r["variable"]) for r in derive(package, "dyad_trace")}
    panel_rows = derive(package, "directed_dyad_year")
    ones = {(r["obligor"], r["beneficiary"], name) for r in panel_rows for name in PLEDGES if r[name] == 1}
    assert ones <= traced


def test_drift_tells_the_approval_clause_in_order(package: Package) -> None:
    steps = [row for row in derive(package, "drift") if row["chain"] == "hotscup-2024-approval"]
    assert [row["step"] for row in steps] == [1, 2, 3, 4]
    assert steps[0]["speaker"] == "Alexander Lukashenko"
    assert steps[0]["changed"] is None
    assert "use" in steps[0]["claim"]
    assert steps[-1]["claim"].startswith("Deployment")
    assert all("claim" in row["changed"].split() for row in steps[1:])


# ATOP


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if not ATOP.is_dir():
        pytest.skip("ATOP’s files are not here")
    out = tmp_path_factory.mktemp("atop") / "package"
    import_atop([ATOP / "atop-member-level.csv"], out)
    return out


def read(name: str) -> list[dict[str, str]]:
    with (ATOP / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_atop_comes_out_row_by_row(imported: Path) -> None:
    """Against the expansion of the member rows, written here once more: side A’s pledges, the highest over alliances."""
    by_alliance = defaultdict(list)
    for row in read("atop-member-level.csv"):
        by_alliance[row["atopid"]].append(row)
    wanted: dict[tuple[str, str, int], tuple[int, ...]] = {}
    for members in by_alliance.values():
        for a in members:
            for b in members:
                if a["member"] != b["member"]:
                    first = max(int(a["yrent"]), int(b["yrent"]))
                    last = min(int(a["yrexit"]) or 2016, int(b["yrexit"]) or 2016, 2016)
                    for year in range(first, last + 1):
                        key = (a["member"], b["member"], year)
                        pledges = tuple(int(a[name]) for name in PLEDGES)
                        wanted[key] = tuple(map(max, wanted.get(key, (0,) * 5), pledges))
    assert len(wanted) == 254_788
    assert validate(imported).by_rule == {}
    with open_package(imported) as package:
        found = {
            (row["obligor"].removeprefix("cow-"), row["beneficiary"].removeprefix("cow-"), row["year"]): tuple(
                row[name] for name in PLEDGES
            )
            for row in derive(package, "directed_dyad_year", last=2016)
        }
    assert found == wanted


def test_atop_gives_its_own_variables_back(imported: Path) -> None:
    with open_package(imported) as package:
        by_alliance = defaultdict(list)
        for row in derive(package, "atop"):
            by_alliance[row["atopid"]].append(row)
        members = {(row["treaty_id"], row["party_id"]): row for row in derive(package, "atop_member")}
    compared = 0
    for alliance in read("atop-alliance-level.csv"):
        for name, code in alliance.items():
            if name in by_alliance[alliance["atopid"]][0] and name not in ("atopid", "bilat") and code:
                assert max(row[name] for row in by_alliance[alliance["atopid"]] if row[name] is not None) == int(code)
                compared += 1
    assert compared > 40_000
    for row in read("atop-member-level.csv"):
        phase = f"-{row['phase']}" if row["phase"] != "0" else ""
        found = members[f"atop-{row['atopid']}{phase}", f"cow-{row['member']}"]
        for name in ("conditio", "defcon", "offcon", "neucon", "concon", "defcoadv", "olimob", *PLEDGES):
            assert found[name] == int(row[name])


def test_institutionalisation_is_that_of_leeds_and_anac(imported: Path) -> None:
    with open_package(imported) as package:
        found = {(row["treaty_id"]): row["milinst"] for row in derive(package, "atop")}
    for row in read("atop-alliancephase-level.csv"):
        if all(
            row[name] for name in ("milcon", "intcom", "base", "milaid", "subord", "contrib", "orgpurp1", "orgpurp2")
        ):
            code = {name: int(value) for name, value in row.items() if value.isdigit()}
            high = code["milcon"] == 3 or code["intcom"] == 1 or code["base"] > 0
            middle = (
                code["milcon"] == 2
                or code["milaid"] in (3, 4)
                or code["subord"] > 0
                or code["contrib"] == 1
                or {code["orgpurp1"], code["orgpurp2"]} & {1, 4}
            )
            phase = f"-{row['phase']}" if row["phase"] != "0" else ""
            assert found[f"atop-{row['atopid']}{phase}"] == (2 if high else 1 if middle else 0)


@pytest.mark.parametrize("name", ["atop-alliance-level.csv", "atop-alliancephase-level.csv"])
def test_files_of_the_other_levels_can_be_imported(name: str, tmp_path: Path) -> None:
    if not ATOP.is_dir():
        pytest.skip("ATOP’s files are not here")
    import_atop([ATOP / name], tmp_path / "package")
    assert validate(tmp_path / "package").by_rule == {}


HEADER = "atopid,member,yrent,yrexit,defense\n"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a,b\n1,2\n", r"m\.csv:1: has no column atopid, defense"),
        ("", r"m\.csv:1: has no column"),
        (HEADER + "1,2,1900\n", r"m\.csv:2: has 3 cells, the header 5"),
        (HEADER + "1,x,1900,0,1\n", r"m\.csv:2: member is 'x', not a whole number"),
        (HEADER + "1,2,,0,1\n", r"m\.csv:2: alliance 1, member 2: has no year of entry"),
    ],
)
def test_what_is_no_file_of_atop_s_is_refused(
    text: str, message: str, tmp_path: Path, run: Callable[..., Result]
) -> None:
    (tmp_path / "m.csv").write_text(text, encoding="utf-8")
    with pytest.raises(PackageError, match=message):
        import_atop([tmp_path / "m.csv"], tmp_path / "out")
    assert run("import", "atop", tmp_path / "m.csv", "-o", tmp_path / "out").exit_code == 3
    assert [path.name for path in tmp_path.iterdir()] == ["m.csv"]


def test_a_folder_that_is_there_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "m.csv").write_text(HEADER + "1,2,1900,0,1\n1,3,1900,1905,1\n", encoding="utf-8")
    with pytest.raises(PackageError, match="is there already"):
        import_atop([tmp_path / "m.csv"], tmp_path)


# Comparison


def test_comparison_counts_and_traces(package: Package, tmp_path: Path, run: Callable[..., Result]) -> None:
    (tmp_path / "a.csv").write_text(
        "atopid,begyr,endyr,defense,offense,mem1,mem2\n3180,1949,0,0,0,2,20\n", encoding="utf-8"
    )
    found = package.compare("atop", [tmp_path / "a.csv"])
    (difference,) = found.differences()
    assert (difference.treaties, difference.variable, difference.ours, difference.theirs) == (
        "nato-1949",
        "defense",
        1,
        0,
    )
    assert "nato-1949-art-5" in (difference.why or "")
    result = run("compare", "atop", tmp_path / "a.csv", "-p", DATA)
    assert "nato-1949 (3180) defense: 1, there 0" in result.stdout


def test_dcad_is_compared_by_its_numbers(tmp_path: Path) -> None:
    tables = MUTUAL | {"treaties": [treaty()], "identifiers": [{"treaty_id": "t", "scheme": "dcad", "value": "1242"}]}
    file = tmp_path / "dcad.csv"
    file.write_text("DCAid,signDay,signMonth,signYear,category1\n1242,1,1,1990,TREX\n", encoding="utf-8")
    with small(tmp_path / "p", tables) as package:
        found = package.compare("dcad", [file])
    assert {(cell.variable, cell.ours, cell.theirs) for cell in found.cells} == {
        ("signed", "1990-01-01", "1990-01-01"),
        ("TREX", 0, 1),
        ("PROCUREMENT", 0, 0),
        ("COMMISSION", 0, 0),
        ("RESEARCH", 0, 0),
    }


@pytest.mark.parametrize(
    ("pairs", "kappa"),
    [
        ([(1, 1)] * 20 + [(1, 0)] * 5 + [(0, 1)] * 10 + [(0, 0)] * 15, 0.4),  # the worked example of Cohen’s kappa
        ([(1, 1), (0, 0)], 1.0),
        ([(1, 0), (0, 1)], -1.0),
        ([(1, 1)] * 3, None),
        ([], None),
    ],
)
def test_kappa(pairs: list[tuple[int, int]], kappa: float | None) -> None:
    assert find_kappa(pairs) == (pytest.approx(kappa) if kappa is not None else None)


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), max_size=30))
def test_kappa_is_symmetric_and_at_most_one(pairs: list[tuple[int, int]]) -> None:
    one, other = find_kappa(pairs), find_kappa([(b, a) for a, b in pairs])
    assert (one is None) == (other is None)
    assert one is None or (one <= 1 + 1e-12 and one == pytest.approx(other))


# Files


def test_every_form_of_a_table_says_the_same(tmp_path: Path, run: Callable[..., Result]) -> None:
    for ending in ("csv", "parquet", "dta", "json"):
        assert (
            run("derive", "directed_dyad_year", DATA, "--from", "2020", "-o", tmp_path / f"t.{ending}").exit_code == 0
        )
    frame = pd.read_csv(tmp_path / "t.csv", keep_default_na=False, na_values=[""])
    for other in (
        pd.read_parquet(tmp_path / "t.parquet"),
        pd.read_stata(tmp_path / "t.dta"),
        pd.read_json(tmp_path / "t.json"),
    ):
        pd.testing.assert_frame_equal(frame, other, check_dtype=False)
    with pd.io.stata.StataReader(tmp_path / "t.dta") as reader:
        assert reader.variable_labels()["year"] == "The year."
        assert reader.data_label == "Directed dyad-years"
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    for ending in ("csv", "parquet", "dta", "json"):
        run("derive", "directed_dyad_year", DATA, "--from", "2020", "-o", tmp_path / f"t.{ending}")
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_what_cannot_be_written_is_said(tmp_path: Path, run: Callable[..., Result]) -> None:
    assert run("derive", "atop", DATA, "-o", tmp_path / "no" / "t.csv").exit_code == 3
    assert run("derive", "atop", DATA, "-f", "parquet").exit_code == 2
    assert "The first 100 rows" in run("derive", "directed_dyad_year", DATA).stdout


def test_the_example_leads_from_the_panel_to_the_words(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.argv", ["pledges_by_decade.py", str(DATA)])
    runpy.run_path(str(ROOT / "examples" / "pledges_by_decade.py"))
    out = capsys.readouterr().out
    assert "1950s" in out
    assert "* rus-blr-2024-art-6-1: " in out


def test_every_difference_with_atop_is_explained(package: Package) -> None:
    if not ATOP.is_dir():
        pytest.skip("ATOP’s files are not here")
    lines = re.findall(
        r"(?m)^\| ([a-z0-9-]+) \| \d+ \| ([a-z0-9, ]+) \|", (ROOT / "docs" / "atop.md").read_text("utf-8")
    )
    explained = {(treaty_id, variable) for treaty_id, variables in lines for variable in variables.split(", ")}
    found = package.compare("atop", [ATOP / "atop-member-level.csv"])
    assert {(cell.treaties, cell.variable) for cell in found.differences()} == explained
    assert sum(one.compared - one.same for one in found.agreements() if one.variable in PLEDGES) <= 1
