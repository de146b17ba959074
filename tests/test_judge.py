"""The verdict on a cell is that of frictionless-py, or the difference is listed here with who is right and why.

Whatever is listed must still differ: an entry that no longer does fails. docs/differences.md says the same in prose.
"""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Any

import pytest

from conftest import write_foreign
from provisions import validate

if TYPE_CHECKING:
    from pathlib import Path

V2 = "https://datapackage.org/profiles/2.0/datapackage.json"
# Fields, and cells to read by each.
PAIRS: list[tuple[list[dict[str, Any]], list[str]]] = [
    ([{"type": "string"}], ["a", ""]),
    (
        [{"type": "string", "format": "email"}],
        ["a@b.org", "a.b+c@x.example.com", "a", "a@b", "a b@c.org", "é@b.org", ".a@b.org", "a@-b.org", "a@b..org"],
    ),
    (
        [{"type": "string", "format": "uri"}],
        [
            "http://example.org/a",
            "urn:x:y",
            "mailto:a@b.org",
            "no",
            "http://exa mple.org",
            "//example.org",
            "http://é.org",
            "http://[::1]/",
            "1a:b",
            "http://a/%zz",
        ],
    ),
    (
        [{"type": "string", "format": "uuid"}],
        [
            "123e4567-e89b-12d3-a456-426614174000",
            "123E4567-E89B-12D3-A456-426614174000",
            "123e4567e89b12d3a456426614174000",
            "x",
            "{123e4567-e89b-12d3-a456-426614174000}",
        ],
    ),
    ([{"type": "string", "format": "binary"}], ["YQ==", "YQ", "!!!!", "a b=", "YWJj", "é"]),
    (
        [{"type": "integer"}],
        ["1", "-1", "+1", "007", "1.0", "1e3", " 1", "1_000", "", "0x1", "١", "99999999999999999999", "-"],
    ),
    ([{"type": "integer", "groupChar": ","}], ["1,000", "1000", "1,00,0", ",1", "1,", "1.000"]),
    ([{"type": "integer", "bareNumber": False}], ["95%", "EUR 95", "€-95", "-€95", "+95", "95 m2", "x", "5.5", "95"]),
    (
        [{"type": "number"}],
        [
            "1",
            "-1.5",
            "+1.5",
            ".5",
            "5.",
            "1e3",
            "1E-3",
            "1e+3",
            "NaN",
            "nan",
            "INF",
            "-INF",
            "inf",
            "Infinity",
            "+INF",
            "1,5",
            "1_0",
            " 1",
            "",
            "1e",
            "٣.٥",
            "1e400",
            "0x1",
            "sNaN",
            ".",
        ],
    ),
    (
        [{"type": "number", "decimalChar": ",", "groupChar": "."}],
        ["1.234,5", "1234,5", "1,234.5", "1,5", "1.5", ",5", "-1.234,5"],
    ),
    ([{"type": "number", "bareNumber": False}], ["95.5%", "€95", "EUR -95.5", "$.5", "x", "95.5 m2", "1e3%"]),
    ([{"type": "boolean"}], ["true", "True", "TRUE", "1", "false", "0", "yes", "tRUE", "T", " true"]),
    ([{"type": "boolean", "trueValues": ["ja"], "falseValues": ["nein"]}], ["ja", "nein", "true", "JA"]),
    ([{"type": "object"}], ['{"a":1}', "{}", "[]", "x", '{"a":NaN}', '{"a":1,"a":2}', "1"]),
    ([{"type": "array"}], ["[1]", "[]", "{}", "[1", "[NaN]"]),
    ([{"type": "list"}], ["a,b", "a", ","]),
    ([{"type": "list", "itemType": "integer", "delimiter": ";"}], ["1;2", "1", "1;x", "1;", "1,2"]),
    (
        [{"type": "date"}],
        [
            "2024-02-29",
            "2024-02-30",
            "2024-1-5",
            "24-01-05",
            "20240105",
            "2024-01-05T00:00:00",
            " 2024-01-05",
            "0001-01-01",
            "0000-01-01",
        ],
    ),
    ([{"type": "date", "format": "%d/%m/%Y"}], ["29/02/2024", "30/02/2024", "1/2/2024", "2024-02-01"]),
    (
        [{"type": "date", "format": "any"}],
        [
            "2024-02-29",
            "29 February 2024",
            "Feb 29, 2024",
            "13/02/2024",
            "01/02/2024",
            "02/02/2024",
            "nonsense",
            "2024",
            "tomorrow",
        ],
    ),
    (
        [{"type": "time"}],
        ["12:30:00", "12:30", "24:00:00", "25:00:00", "12:30:00.5", "12:30:00Z", "12:30:60", "9:30:00"],
    ),
    ([{"type": "time", "format": "%H.%M"}], ["12.30", "12:30"]),
    ([{"type": "time", "format": "any"}], ["12:30", "12:30 PM", "3 pm", "x"]),
    (
        [{"type": "datetime"}],
        [
            "2024-01-26T15:00:00",
            "2024-01-26T15:00:00.300-05:00",
            "2024-01-26T15:00:00Z",
            "2024-01-26 15:00:00",
            "2024-01-26T15:00",
            "2024-01-26",
            "2024-02-30T00:00:00",
            "2024-01-26T24:00:00",
            "2024-01-26T15:00:00+0500",
            "2024-01-26T15:00:00.1234567",
        ],
    ),
    ([{"type": "datetime", "format": "%d/%m/%Y %H:%M:%S"}], ["12/11/2018 09:15:32", "2018-11-12T09:15:32"]),
    ([{"type": "datetime", "format": "any"}], ["2024-01-26 15:00", "26 Jan 2024 15:00:00", "x"]),
    ([{"type": "year"}], ["2024", "0000", "-0044", "12024", "24", "+202", "2024Z", " 202", "20 4"]),
    ([{"type": "yearmonth"}], ["2024-05", "2024-5", "2024-13", "202405", "2024-05Z", "24-05"]),
    (
        [{"type": "duration"}],
        ["P1Y2M3DT10H30M", "-P1D", "P1W", "PT0.5S", "P", "PT", "P1.5Y", "1D", "P1Y2D", "PT36H", "P1M1Y", "P0001-01-01"],
    ),
    ([{"type": "geopoint"}], ["90.50, 45.50", "90.5,45.5", "190,0", "0,91", "a,b", "1;2", "1,2,3", "[1,2]", " 1 , 2 "]),
    ([{"type": "geopoint", "format": "array"}], ["[90.5,45.5]", "[1]", '["1","2"]', "1,2", "[1,2,3]", "[true,false]"]),
    (
        [{"type": "geopoint", "format": "object"}],
        ['{"lon":1,"lat":2}', '{"lon":1}', '{"lon":1,"lat":2,"z":3}', '{"lon":"1","lat":"2"}'],
    ),
    (
        [{"type": "geojson"}],
        [
            '{"type":"Point","coordinates":[1,2]}',
            '{"type":"Point"}',
            '{"type":"Nothing"}',
            '{"type":"FeatureCollection","features":[]}',
            '{"type":"Feature","geometry":null,"properties":null}',
            '{"type":"Feature","geometry":{"type":"Point","coordinates":[1]},"properties":{}}',
            '{"type":"LineString","coordinates":[[1,2]]}',
            '{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,0]]]}',
            '{"type":"Polygon","coordinates":[[[0,0],[1,0],[0,0]]]}',
            "{}",
            "[]",
            "x",
        ],
    ),
    (
        [{"type": "geojson", "format": "topojson"}],
        ['{"type":"Topology","objects":{},"arcs":[]}', '{"type":"Topology"}', '{"type":"Point","coordinates":[1,2]}'],
    ),
    ([{"type": "any"}, {}], ["x", "1", ""]),
    (
        [
            {"type": "string", "constraints": {"required": True}},
            {"type": "time", "constraints": {"required": True}},
            {"type": "number", "constraints": {"required": True}},
        ],
        ["", "12:00:00", "NaN"],
    ),
    (
        [
            {"type": "integer", "constraints": {"minimum": 5}},
            {"type": "integer", "constraints": {"exclusiveMinimum": "5"}},
            {"type": "number", "constraints": {"maximum": 5.5}},
            {"type": "number", "constraints": {"exclusiveMaximum": 5}},
        ],
        ["5", "4", "6", "5.5", "5.6", "NaN", "INF", "-INF"],
    ),
    (
        [
            {"type": "date", "constraints": {"minimum": "2024-01-05"}},
            {"type": "date", "constraints": {"exclusiveMaximum": "2024-01-05"}},
        ],
        ["2024-01-05", "2024-01-04", "2024-01-06"],
    ),
    (
        [
            {"type": "date", "format": "%d.%m.%Y", "constraints": {"minimum": "05.01.2024"}},
            {"type": "date", "format": "%d.%m.%Y", "constraints": {"enum": ["05.01.2024"]}},
        ],
        ["05.01.2024", "04.02.2023", "06.01.2024", "5.1.2024"],
    ),
    ([{"type": "time", "constraints": {"maximum": "12:00:00"}}], ["12:00:00", "12:00:01", "09:00:00"]),
    (
        [{"type": "datetime", "constraints": {"minimum": "2024-01-01T00:00:00Z"}}],
        ["2024-01-01T00:00:00Z", "2024-01-01T01:00:00+02:00", "2023-12-31T23:00:00-01:00", "2024-01-01T00:00:00.5Z"],
    ),
    (
        [{"type": "year", "constraints": {"minimum": 2000}}, {"type": "year", "constraints": {"enum": ["2000", 2001]}}],
        ["1999", "2000", "2001"],
    ),
    (
        [
            {"type": "yearmonth", "constraints": {"minimum": "2000-05"}},
            {"type": "yearmonth", "constraints": {"enum": ["2000-05"]}},
        ],
        ["2000-04", "2000-05"],
    ),
    (
        [
            {"type": "duration", "constraints": {"minimum": "P1M"}},
            {"type": "duration", "constraints": {"enum": ["P1Y"]}},
        ],
        ["P1M", "P31D", "P27D", "P12M", "P30D"],
    ),
    (
        [
            {"type": "string", "constraints": {"minLength": 2, "maxLength": 3}},
            {"type": "array", "constraints": {"minLength": 2}},
            {"type": "object", "constraints": {"maxLength": 1}},
            {"type": "list", "constraints": {"minLength": 2}},
        ],
        ["a", "ab", "abcd", "[1]", "[1,2]", "{}", '{"a":1,"b":2}', "a,b"],
    ),
    (
        [
            {"type": "string", "constraints": {"pattern": "a|b"}},
            {"type": "string", "constraints": {"pattern": "^a.*$"}},
            {"type": "string", "constraints": {"pattern": "[0-9]{2}"}},
        ],
        ["a", "ab", "b", "apple", "12", "123", "a\n"],
    ),
    (
        [
            {"type": "string", "constraints": {"enum": ["a", "b"]}},
            {"type": "integer", "constraints": {"enum": [1, "2"]}},
            {"type": "number", "constraints": {"enum": [1.5, "2"]}},
            {"type": "boolean", "constraints": {"enum": [True]}},
            {"type": "boolean", "trueValues": ["y"], "falseValues": ["n"], "constraints": {"enum": ["y"]}},
            {"type": "object", "constraints": {"enum": [{"a": 1, "b": 2}]}},
            {"type": "array", "constraints": {"enum": ["[1]"]}},
            {"type": "geopoint", "constraints": {"enum": ["1,2"]}},
        ],
        [
            "a",
            "c",
            "1",
            "2",
            "3",
            "1.5",
            "1.50",
            "2.0",
            "true",
            "false",
            "y",
            "n",
            '{"b":2,"a":1}',
            "[1]",
            "[2]",
            "1,2",
            "1.0, 2",
        ],
    ),
    ([{"type": "object", "constraints": {"jsonSchema": {"required": ["a"]}}}], ['{"a":1}', "{}"]),
    (
        [{"type": "string", "categories": ["a", "b"]}, {"type": "integer", "categories": [{"value": 1, "label": "x"}]}],
        ["a", "c", "1", "2"],
    ),
    (
        [
            {"type": "integer", "missingValues": ["-"]},
            {"type": "string", "missingValues": [], "constraints": {"required": True}},
            {"type": "integer", "missingValues": []},
            {"type": "string", "missingValues": ["NA"], "constraints": {"minLength": 1}},
            {"type": "integer", "missingValues": [{"value": "NA", "label": "n"}]},
        ],
        ["-", "", "1", "NA"],
    ),
]

# Field, cells, and who is right.
DIFFERENCES: list[tuple[dict[str, Any], list[str], str]] = [
    (
        {"type": "string", "format": "email"},
        ["é@b.org"],
        "ours: an address beyond ASCII needs RFC 6531, which `email` does not mean",
    ),
    ({"type": "string", "format": "uri"}, ["http://exa mple.org", "http://é.org", "http://a/%zz"], "ours: RFC 3986"),
    (
        {"type": "string", "format": "uuid"},
        ["123e4567e89b12d3a456426614174000", "{123e4567-e89b-12d3-a456-426614174000}"],
        "ours: RFC 9562 has one text form",
    ),
    ({"type": "string", "format": "binary"}, ["!!!!"], "ours: none of these characters is base64; theirs skips them"),
    ({"type": "integer"}, [" 1", "1_000", "١"], "ours: Python’s int() is wider than the standard"),
    ({"type": "integer", "groupChar": ","}, ["1,000", "1,00,0"], "ours: groupChar of integers is new in v2"),
    (
        {"type": "number"},
        ["Infinity", "+INF", "1_0", " 1", "٣.٥", "sNaN"],
        "ours: Python’s Decimal() is wider than XML Schema’s decimal",
    ),
    (
        {"type": "number", "decimalChar": ",", "groupChar": "."},
        ["1,234.5"],
        "ours: a group mark behind the decimal mark",
    ),
    ({"type": "object"}, ['{"a":NaN}'], "ours: RFC 8259 has no NaN"),
    ({"type": "array"}, ["[NaN]"], "ours: RFC 8259 has no NaN"),
    ({"type": "date"}, ["2024-1-5"], "ours: the form is yyyy-mm-dd"),
    ({"type": "date", "format": "any"}, ["01/02/2024", "2024"], "open: two days, or any day of a year; theirs guesses"),
    ({"type": "time"}, ["24:00:00", "12:30:00.5", "12:30:00Z"], "ours: the form is hh:mm:ss, of a time of day"),
    ({"type": "datetime"}, ["2024-01-26 15:00:00", "2024-01-26T15:00:00+0500"], "ours: XML Schema’s dateTime"),
    ({"type": "year"}, ["-0044", "12024", "2024Z", "+202", " 202"], "ours: XML Schema’s gYear"),
    ({"type": "yearmonth"}, ["2024-5", "2024-05Z", "24-05"], "ours: XML Schema’s gYearMonth"),
    ({"type": "duration"}, ["P1W", "PT", "P1.5Y"], "ours: XML Schema’s duration"),
    ({"type": "geopoint", "format": "array"}, ['["1","2"]', "[true,false]"], "ours: each item is a number"),
    ({"type": "geopoint", "format": "object"}, ['{"lon":"1","lat":"2"}'], "ours: each value is a number"),
    (
        {"type": "number", "constraints": {"required": True}},
        ["NaN"],
        "open: NaN has no JSON value, so ours holds nothing",
    ),
    (
        {"type": "number", "constraints": {"maximum": 5.5}},
        ["NaN"],
        "open: NaN has no JSON value, so ours compares nothing",
    ),
    (
        {"type": "number", "constraints": {"exclusiveMaximum": 5}},
        ["NaN"],
        "open: NaN has no JSON value, so ours compares nothing",
    ),
    (
        {"type": "duration", "constraints": {"minimum": "P1M"}},
        ["P1M", "P12M"],
        "ours: the standard allows it; theirs refuses the package",
    ),
    (
        {"type": "string", "constraints": {"pattern": "a|b"}},
        ["ab", "apple", "a\n"],
        "ours: the whole cell; theirs reads ^a|b$",
    ),
    (
        {"type": "string", "constraints": {"pattern": "^a.*$"}},
        ["a\n"],
        "ours: the whole cell; Python’s $ leaves a line feed over",
    ),
    (
        {"type": "object", "constraints": {"jsonSchema": {"required": ["a"]}}},
        ['{"a":1}'],
        "ours: the standard allows it; theirs refuses the package",
    ),
    ({"type": "string", "categories": ["a", "b"]}, ["c", "1", "2"], "ours: categories restrict; theirs ignores them"),
    (
        {"type": "integer", "categories": [{"value": 1, "label": "x"}]},
        ["2"],
        "ours: categories restrict; theirs ignores them",
    ),
]


def verdicts(folder: Path, field: dict[str, Any], cells: list[str]) -> tuple[set[int], set[int]]:
    """The numbers of the cells, each in a row of its own, that we take for invalid; and those that they do."""
    import frictionless

    text = io.StringIO()
    rows = [[str(number), cell] for number, cell in enumerate(cells)]
    csv.writer(text, lineterminator="\n", quoting=csv.QUOTE_ALL).writerows([["id", "f"], *rows])
    schema = {"fields": [{"name": "id", "type": "string"}, {"name": "f", **field}], "primaryKey": ["id"]}
    dialect = {"delimiter": ","}
    resource = {"name": "t", "type": "table", "path": "t.csv", "format": "csv", "dialect": dialect, "schema": schema}
    write_foreign(folder, [], {"t.csv": text.getvalue()})
    path = folder / "datapackage.json"
    path.write_text(json.dumps({"$schema": V2, "name": "p", "resources": [resource]}), encoding="utf-8")
    ours = {int(finding.key or -1) for finding in validate(folder).findings}
    report = frictionless.validate(str(path))
    errors = [error for task in report.tasks for error in task.errors]
    if not report.valid and not all(hasattr(error, "row_number") for error in errors or [report]):
        return ours, set(range(len(cells)))  # the package is refused
    return ours, {error.row_number - 2 for error in errors}


def differs(field: dict[str, Any], cell: str) -> str | None:
    """Why the verdict on a cell may differ, where it is known to."""
    for wanted, cells, why in DIFFERENCES:
        if field == wanted and cell in cells:
            return why
    return None


@pytest.mark.parametrize(("fields", "cells"), PAIRS, ids=[json.dumps(fields[0])[:50] for fields, _ in PAIRS])
def test_same_verdict_as_the_judge(tmp_path: Path, fields: list[dict[str, Any]], cells: list[str]) -> None:
    wrong = []
    for number, field in enumerate(fields):
        ours, theirs = verdicts(tmp_path / str(number), field, cells)
        wrong += [
            (field, cell, f"ours: {n not in ours}, theirs: {n not in theirs}", differs(field, cell))
            for n, cell in enumerate(cells)
            if ((n in ours) != (n in theirs)) != bool(differs(field, cell))
        ]
    assert wrong == []


def test_every_difference_is_about_a_pair_that_is_tried() -> None:
    tried = [(field, cell) for fields, cells in PAIRS for field in fields for cell in cells]
    assert [(field, cell) for field, cells, _ in DIFFERENCES for cell in cells if (field, cell) not in tried] == []
