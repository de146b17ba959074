"""Any tabular Data Package is read: every layout, every type of cell; faults are told at their line and character, in the original text."""

from __future__ import annotations

import gzip
import json
import os
import shutil
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from conftest import write_foreign
from provisions import open_package, validate
from provisions.documents import read_yaml
from provisions.errors import PackageError, ProvisionsError, SchemaError
from provisions.limits import raised

if TYPE_CHECKING:
    from collections.abc import Mapping

    from provisions.model import Finding

SHARED = Path(os.environ.get("PROVISIONS_SHARED", Path(__file__).resolve().parents[2] / "shared")) / "suites"
AB = {"fields": [{"name": "a", "type": "integer"}, {"name": "b"}]}
Place = tuple[str, int | None, int | None]


def findings(
    folder: Path, resource: Mapping[str, Any], content: bytes | str = "", **files: bytes | str
) -> list[Finding]:
    """The findings of a package of one resource, whose file is `t.csv` unless it says otherwise."""
    all_files = {"t.csv": content} | {name.replace("__", "."): text for name, text in files.items()}
    item = {"name": "t", "path": "t.csv"} | dict(resource)
    if "data" in item:
        del item["path"]
    write_foreign(folder, [], all_files)
    (folder / "datapackage.json").write_text(json.dumps({"name": "p", "resources": [item]}), encoding="utf-8")
    return list(validate(folder).findings)


def places(found: list[Finding]) -> list[Place]:
    return [(f.rule, f.line, f.column) for f in found]


def rows(folder: Path) -> list[tuple[Any, ...]]:
    with open_package(folder) as package:
        return [tuple(row.values()) for row in package.rows("t")]


# Types ---------------------------------------------------------------------------------------------------------------

# Field → what it reads, as canonical values; and what it does not.
TYPES: list[tuple[dict[str, Any], dict[str, Any], list[str]]] = [
    ({"type": "string"}, {"x y": "x y"}, []),
    ({"type": "string", "format": "email"}, {"a.b@x.org": "a.b@x.org"}, ["a", "a@b", "a b@c.org"]),
    ({"type": "string", "format": "uri"}, {"urn:x:y": "urn:x:y"}, ["no", "http://exa mple.org"]),
    (
        {"type": "string", "format": "uuid"},
        {"123e4567-e89b-12d3-a456-426614174000": "123e4567-e89b-12d3-a456-426614174000"},
        ["123e4567"],
    ),
    ({"type": "string", "format": "binary"}, {"YQ==": "YQ=="}, ["YQ", "!!!!"]),
    ({"type": "integer"}, {"12": 12, "-7": -7, "+7": 7, "007": 7}, ["1.0", "1_0", " 1", "x"]),
    ({"type": "integer", "groupChar": ","}, {"1,000": 1000, "-1,000": -1000}, ["1,", ",1", "1.0"]),
    ({"type": "integer", "bareNumber": False}, {"95%": 95, "EUR -95": -95}, ["none", "95 m2"]),
    (
        {"type": "number"},
        {"1.50": 1.5, ".5": 0.5, "5.": 5.0, "-1e3": -1000.0, "INF": float("inf"), "1e-5000": 0.0},
        ["1,5", "1_0", "e"],
    ),
    ({"type": "number"}, {"nan": None}, ["NaNs"]),
    ({"type": "number", "decimalChar": ",", "groupChar": "."}, {"1.234,5": 1234.5, "-1,5": -1.5}, ["1,234.5", "1.2.,"]),
    ({"type": "number", "bareNumber": False}, {"€1.5": 1.5, "EUR -2": -2.0}, ["€"]),
    ({"type": "boolean"}, {"true": True, "1": True, "False": False}, ["yes", "tRUE"]),
    ({"type": "boolean", "trueValues": ["ja"], "falseValues": ["nein"]}, {"ja": True, "nein": False}, ["true"]),
    ({"type": "object"}, {'{"b": 1, "a": 2}': '{"a":2,"b":1}'}, ["[]", "{", '{"a":NaN}']),
    ({"type": "array"}, {"[1, 2]": "[1,2]"}, ["{}", "[1", "[" * 9999]),
    ({"type": "list"}, {"a,b": '["a","b"]'}, []),
    ({"type": "list", "delimiter": ";", "itemType": "integer"}, {"1;02": '["1","2"]'}, ["1;x", "1;"]),
    ({"type": "date"}, {"2024-02-29": "2024-02-29"}, ["2024-02-30", "2024-2-9", "29.2.2024"]),
    ({"type": "date", "format": "%d.%m.%Y"}, {"9.2.2024": "2024-02-09"}, ["2024-02-09", "30.02.2024"]),
    (
        {"type": "date", "format": "any"},
        {"9 February 2024": "2024-02-09", "13/02/2024": "2024-02-13"},
        ["1/2/2024", "soon"],
    ),
    ({"type": "time"}, {"09:30:00": "09:30:00"}, ["9:30:00", "24:00:00", "09:30"]),
    ({"type": "time", "format": "%I:%M %p"}, {"9:30 PM": "21:30:00"}, ["21:30"]),
    ({"type": "time", "format": "any"}, {"9:30": "09:30:00"}, ["half past nine"]),
    (
        {"type": "datetime"},
        {
            "2024-01-26T15:00:00": "2024-01-26T15:00:00",
            "2024-01-26T15:00:00.50-05:00": "2024-01-26T20:00:00.5+00:00",
            "2024-01-26T24:00:00Z": "2024-01-27T00:00:00+00:00",
        },
        ["2024-01-26", "2024-01-26 15:00:00", "2024-02-30T00:00:00", "9999-12-31T24:00:00"],
    ),
    ({"type": "datetime", "format": "%d/%m/%y %H:%M"}, {"26/01/24 15:00": "2024-01-26T15:00:00"}, ["26/01/24"]),
    ({"type": "datetime", "format": "any"}, {"26 Jan 2024 15:00": "2024-01-26T15:00:00"}, ["then"]),
    ({"type": "year"}, {"2024": 2024, "-0044": -44, "12024": 12024}, ["24", "02024", "MMXXIV"]),
    ({"type": "yearmonth"}, {"2024-05": "2024-05"}, ["2024-5", "2024-13"]),
    (
        {"type": "duration"},
        {"P12M": "P1Y", "PT90.50S": "PT1M30.5S", "-P1DT36H": "-P2DT12H", "P0D": "PT0S"},
        ["P", "PT", "P1W", "1D", "P1.5Y", "PT" + "9" * 90 + "S"],
    ),
    ({"type": "geopoint"}, {"90.50, 45.5": "90.5,45.5"}, ["190,0", "0,91", "1;2"]),
    ({"type": "geopoint", "format": "array"}, {"[90.5, 45]": "90.5,45"}, ['["1","2"]', "[1]", "1,2"]),
    ({"type": "geopoint", "format": "object"}, {'{"lon":1,"lat":2}': "1,2"}, ['{"lon":1}']),
    (
        {"type": "geojson"},
        {'{"type":"Point","coordinates":[1,2]}': '{"coordinates":[1,2],"type":"Point"}'},
        ['{"type":"Point"}', '{"type":"Dot"}', "[]"],
    ),
    (
        {"type": "geojson", "format": "topojson"},
        {'{"type":"Topology","objects":{},"arcs":[]}': '{"arcs":[],"objects":{},"type":"Topology"}'},
        ['{"type":"Topology"}'],
    ),
    ({"type": "any"}, {"x": "x"}, []),
    ({}, {"x": "x"}, []),
]


@pytest.mark.parametrize(("field", "readable", "unreadable"), TYPES, ids=[json.dumps(field) for field, _, _ in TYPES])
def test_every_type_reads_its_forms_and_no_others(
    tmp_path: Path, field: dict[str, Any], readable: dict[str, Any], unreadable: list[str]
) -> None:
    cells = [*readable, *unreadable]
    lines = ["id,f", *('x,"' + cell.replace('"', '""') + '"' for cell in cells)]
    resource = {"schema": {"fields": [{"name": "id"}, {"name": "f"} | field]}}
    found = findings(tmp_path, resource, "\n".join(lines) + "\n")
    assert [(f.line, f.column, f.value) for f in found] == [
        (n + 2, 3, cell) for n, cell in enumerate(cells) if cell in unreadable
    ]
    assert {f.rule for f in found} <= {"schema/type", "schema/format"}
    assert [row[-1] for row in rows(tmp_path)][: len(readable)] == list(readable.values())


def test_message_says_what_was_expected_in_the_original_text(tmp_path: Path) -> None:
    schema = {
        "fields": [
            {"name": "n", "type": "number", "decimalChar": ","},
            {"name": "d", "type": "date", "format": "%d.%m.%Y"},
        ]
    }
    first, second = findings(tmp_path, {"schema": schema}, 'n,d\n"1.234,5",31.02.2024\n')
    assert (first.rule, first.value, first.message) == (
        "schema/type",
        "1.234,5",
        "“1.234,5” is not a number with decimalChar “,”.",
    )
    assert second.message == "“31.02.2024” is not a date of the form %d.%m.%Y."
    assert first.field == "n"


def test_constraints_are_judged_in_the_order_of_the_type_and_told_in_the_original_text(tmp_path: Path) -> None:
    fields = [
        {
            "name": "d",
            "type": "date",
            "format": "%d.%m.%Y",
            "constraints": {"minimum": "05.01.2024", "exclusiveMaximum": "01.02.2024"},
        },
        {"name": "t", "type": "time", "constraints": {"maximum": "12:00:00"}},
        {"name": "z", "type": "datetime", "constraints": {"minimum": "2024-01-01T00:00:00Z"}},
        {"name": "y", "type": "year", "constraints": {"enum": ["2000", 2001]}},
        {"name": "m", "type": "yearmonth", "constraints": {"exclusiveMinimum": "1999-12"}},
        {"name": "p", "type": "duration", "constraints": {"minimum": "P1M"}},
        {"name": "n", "type": "number", "decimalChar": ",", "constraints": {"maximum": "1,5", "enum": ["1,5", 2]}},
    ]
    content = (
        "d;t;z;y;m;p;n\n"
        "05.01.2024;12:00:00;2024-01-01T02:00:00+02:00;2000;2000-01;P32D;1,50\n"
        "04.02.2024;12:00:01;2024-01-01T01:00:00+02:00;2002;1999-12;P30D;2,0\n"
        "4.1.2024;09:00:00;2024-01-01T00:00:00.1Z;2001;2000-02;P1Y;1,5\n"
    )
    found = findings(tmp_path, {"schema": {"fields": fields}, "dialect": {"delimiter": ";"}}, content)
    assert [(f.rule, f.line, f.field, f.value) for f in found] == [
        ("schema/exclusiveMaximum", 3, "d", "04.02.2024"),
        ("schema/maximum", 3, "t", "12:00:01"),
        ("schema/minimum", 3, "z", "2024-01-01T01:00:00+02:00"),
        ("schema/enum", 3, "y", "2002"),
        ("schema/exclusiveMinimum", 3, "m", "1999-12"),
        ("schema/minimum", 3, "p", "P30D"),
        ("schema/maximum", 3, "n", "2,0"),
        ("schema/minimum", 4, "d", "4.1.2024"),
    ]


def test_sizes_and_json_schemas_of_json_cells(tmp_path: Path) -> None:
    fields = [
        {"name": "a", "type": "array", "constraints": {"minLength": 1, "maxLength": 2}},
        {"name": "o", "type": "object", "constraints": {"jsonSchema": {"properties": {"v": {"type": "integer"}}}}},
        {"name": "l", "type": "list", "delimiter": ";", "constraints": {"maxLength": 1}},
    ]
    content = 'a,o,l\n[1],"{""v"": 1}",x\n[],"{""v"": ""x""}",x;y\n"[1,2,3]",{},\n'
    assert places(findings(tmp_path, {"schema": {"fields": fields}}, content)) == [
        ("schema/minLength", 3, 1),
        ("schema/jsonSchema", 3, 4),
        ("schema/maxLength", 3, 21),
        ("schema/maxLength", 4, 1),
    ]


def test_an_unreadable_cell_that_is_required_is_one_fault(tmp_path: Path) -> None:
    required = {"constraints": {"required": True}}
    fields = [
        {"name": "t", "type": "time", "format": "%H:%M:%S"} | required,
        {"name": "n", "type": "integer"} | required,
    ]
    found = findings(tmp_path, {"schema": {"fields": fields, "primaryKey": ["n"]}}, "t,n\nnoon,1\n,2\n12:00:00,x\n")
    assert [(f.rule, f.line, f.column, f.key) for f in found] == [
        ("schema/type", 2, 1, "1"),
        ("schema/required", 3, 1, "2"),
        ("schema/type", 4, 10, None),
    ]


def test_a_plain_file_is_transcoded_where_a_cell_asks_for_it(tmp_path: Path) -> None:
    fields = [
        {"name": "k", "type": "integer"},
        {"name": "x", "type": "number", "constraints": {"maximum": 1, "required": True}},
    ]
    content = "k,x\n7,.5\n007,INF\n8,x\n9,\n"
    found = findings(tmp_path, {"schema": {"fields": fields, "primaryKey": "k"}}, content)
    assert [(f.rule, f.line, f.column, f.value) for f in found] == [
        ("schema/primaryKey", 3, 1, "7"),
        ("schema/maximum", 3, 5, "INF"),
        ("schema/type", 4, 3, "x"),
        ("schema/required", 5, 3, None),
    ]


def test_unique_and_foreign_keys_compare_values_and_not_texts(tmp_path: Path) -> None:
    child = {
        "fields": [{"name": "d", "type": "date", "format": "%d.%m.%Y"}, {"name": "up", "type": "date"}],
        "uniqueKeys": [["d"]],
        "foreignKeys": [{"fields": "up", "reference": {"resource": "", "fields": "d"}}],
    }
    found = findings(tmp_path, {"schema": child}, "d,up\n05.01.2024,\n5.1.2024,2024-01-05\n06.01.2024,2024-01-07\n")
    assert places(found) == [("schema/uniqueKeys", 3, 1), ("schema/foreignKey", 4, 12)]


def test_a_foreign_key_to_nowhere_is_refused_once(tmp_path: Path) -> None:
    for reference in ({"resource": "none", "fields": "x"}, {"resource": "", "fields": "none"}):
        schema = AB | {"foreignKeys": [{"fields": "a", "reference": reference}]}
        with pytest.raises(SchemaError, match="which does not exist"):
            findings(tmp_path / str(reference["resource"]), {"schema": schema}, "a,b\n1,x\n2,y\n")


def test_a_partly_empty_composite_foreign_key_is_not_compared(tmp_path: Path) -> None:
    key = {"fields": ["a", "b"], "reference": {"fields": ["c", "d"]}}
    schema = {"fields": [{"name": name} for name in "abcd"], "foreignKeys": [key]}
    assert places(findings(tmp_path, {"schema": schema}, "a,b,c,d\nx,,x,y\nx,q,x,z\n")) == [("schema/foreignKey", 3, 3)]


# What stands for nothing ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("level", ["package", "resource", "schema", "field"])
@pytest.mark.parametrize("values", [["", "-"], [{"value": "", "label": "left out"}, {"value": "-"}]])
def test_missing_values_at_every_level(tmp_path: Path, level: str, values: list[Any]) -> None:
    field = {"name": "a", "type": "integer", "constraints": {"required": True}}
    schema: dict[str, Any] = {"fields": [field]}
    resource: dict[str, Any] = {"name": "t", "path": "t.csv", "schema": schema}
    package: dict[str, Any] = {"name": "p", "resources": [resource]}
    {"package": package, "resource": resource, "schema": schema, "field": field}[level]["missingValues"] = values
    (tmp_path / "t.csv").write_text("a\n1\n-\nx\n", encoding="utf-8")
    (tmp_path / "datapackage.json").write_text(json.dumps(package), encoding="utf-8")
    found = list(validate(tmp_path).findings)
    assert [(f.rule, f.line, f.value) for f in found] == [("schema/required", 3, "-"), ("schema/type", 4, "x")]


def test_a_field_replaces_the_missing_values_of_its_schema(tmp_path: Path) -> None:
    fields = [{"name": "a", "type": "integer"}, {"name": "b", "type": "integer", "missingValues": ["-"]}]
    found = findings(tmp_path, {"schema": {"fields": fields, "missingValues": ["NA"]}}, 'a,b\nNA,-\n"",NA\n-,""\n')
    assert [(f.rule, f.line, f.field) for f in found] == [("schema/type", n, name) for n in (3, 4) for name in "ab"]


def test_without_missing_values_an_empty_text_is_a_text(tmp_path: Path) -> None:
    constraints = {"required": True, "minLength": 1, "pattern": "a+", "enum": ["a"]}
    schema = {"fields": [{"name": "a", "constraints": constraints}, {"name": "b"}], "missingValues": []}
    assert [f.rule for f in findings(tmp_path, {"schema": schema}, 'a,b\n"",x\na,\n')] == [
        "schema/enum",
        "schema/minLength",
        "schema/pattern",
    ]


# Dialects ---------------------------------------------------------------------------------------------------------------

# Dialect, file, and the one fault in it: the cell x of column a.
DIALECTS: list[tuple[dict[str, Any], str, tuple[int, int]]] = [
    ({"delimiter": ";"}, 'a;b\n1;"u;v"\nx;w\n', (3, 1)),
    ({"delimiter": "\t"}, "a\tb\n1\tu\nx\tw\n", (3, 1)),
    ({"delimiter": "::"}, "a::b\n1::u:v\nx::w\n", (3, 1)),
    ({"quoteChar": "'"}, "a,b\n1,'u,''v\n'\nx,\"w\n", (4, 1)),
    ({"quoteChar": ""}, 'a,b\n1,"u\nx,w"w\n', (3, 1)),
    ({"doubleQuote": False, "escapeChar": "\\"}, 'a,b\n1,"u\\"\\,v"\nx,w\n', (3, 1)),
    ({"escapeChar": "|"}, "a,b\n1,u|,v\nx,w||\n", (3, 1)),
    ({"lineTerminator": ";"}, "a,b;1,u;x,w", (1, 9)),
    ({"lineTerminator": "\r"}, "a,b\r1,u\rx,w\r", (3, 1)),
    ({"lineTerminator": "\r\n"}, "a,b\n1,u\nx,w\n", (3, 1)),
    ({"skipInitialSpace": True}, 'a, b\n1, "u,v"\nx,  w\n', (3, 1)),
    ({"header": False}, "1,u\nx,w\n", (2, 1)),
    ({"headerRows": [2]}, "title\na,b\n1,u\nx,w\n", (4, 1)),
    ({"headerRows": [1, 2], "headerJoin": ""}, "a,\n,b\n1,u\nx,w\n", (4, 1)),
    ({"commentRows": [1, 3]}, 'it "says\na,b\n"u\n1,u\nx,w\n', (5, 1)),
    ({"commentChar": "#"}, '# "about\na,b\n#1,u\n1,#u\nx,w\n', (5, 1)),
    ({"commentChar": "//"}, "a,b\n// no\n/1,u\n", (3, 1)),
    ({"nullSequence": "\\N"}, "a,b\n\\N,u\nx,w\n", (3, 1)),
    ({"caseSensitiveHeader": False}, "A,B\n1,u\nx,w\n", (3, 1)),
    ({"skipBlankRows": True}, "a,b\n\n1,u\n,\nx,w\n", (5, 1)),
    (
        {"$schema": "https://datapackage.org/profiles/2.0/tabledialect.json", "csvddfVersion": 1.2},
        "a,b\n1,u\nx,w\n",
        (3, 1),
    ),
]


@pytest.mark.parametrize(("dialect", "content", "place"), DIALECTS, ids=[json.dumps(d) for d, _, _ in DIALECTS])
def test_every_dialect_is_read_with_lines_and_characters(
    tmp_path: Path, dialect: dict[str, Any], content: str, place: tuple[int, int]
) -> None:
    assert places(findings(tmp_path, {"schema": AB, "dialect": dialect}, content)) == [("schema/type", *place)]


def test_a_dialect_may_be_a_file_and_a_format_may_say_tabs(tmp_path: Path) -> None:
    dialect = json.dumps({"delimiter": ";"})
    assert findings(tmp_path / "a", {"schema": AB, "dialect": "d.json"}, "a;b\n1;x\n", d__json=dialect) == []
    assert findings(tmp_path / "b", {"schema": AB, "path": "t.tsv"}, t__tsv="a\tb\n1\tx\n") == []


@pytest.mark.parametrize(
    ("dialect", "content", "expected"),
    [
        ({"delimiter": ";"}, 'a;b\n1;u"v\n2;w\n', ("file/quote", 2, 4)),
        ({"delimiter": ";"}, 'a;b\n1;"u\n2;w\n', ("file/quote", 2, 3)),
        ({"delimiter": ";"}, "a;b\n1;u\rv\n2;w\n", ("file/newline", 2, 4)),
        ({"delimiter": ";"}, "a;b\n\n2;w\n", ("file/blank-line", 2, 1)),
        ({"delimiter": ";"}, "a;b\n1;u;v\n2;w\n", ("file/ragged-row", 2, 5)),
        ({"delimiter": ";"}, "a;b\n1\n2;w\n", ("file/ragged-row", 2, 1)),
        ({"delimiter": ";", "escapeChar": "\\"}, "a;b\n2;w\n1;\\", ("file/escape", 3, 3)),
        ({"delimiter": ";"}, "a;c\n2;w\n", ("file/header", 1, 1)),
        ({"delimiter": ";"}, "", ("file/header", 1, 1)),
    ],
)
def test_faults_of_other_syntaxes_have_their_place(
    tmp_path: Path, dialect: dict[str, Any], content: str, expected: Place
) -> None:
    assert places(findings(tmp_path, {"schema": AB, "dialect": dialect}, content))[0] == expected


def test_a_header_of_several_rows_is_joined_as_in_the_standard(tmp_path: Path) -> None:
    schema = {"fields": [{"name": "fruit-id"}, {"name": "fruit-name"}]}
    dialect = {"headerRows": [1, 2], "headerJoin": "-"}
    assert findings(tmp_path, {"schema": schema, "dialect": dialect}, "fruit\nid,name\n1,apple\n") == []


# Where the bytes are ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["latin-1", "cp1252", "utf-16", "utf-8-sig", "UTF-8", "shift_jis"])
def test_encodings(tmp_path: Path, encoding: str) -> None:
    word = "ア" if encoding == "shift_jis" else "é"
    content = f"a,b\n1,{word}{word}\n{word},x\n".encode(encoding)
    found = findings(tmp_path, {"schema": AB, "encoding": encoding}, content)
    assert [(f.rule, f.line, f.column, f.value) for f in found] == [("schema/type", 3, 1, word)]
    assert rows(tmp_path)[0][-1] == word * 2


@pytest.mark.parametrize(
    ("encoding", "content", "expected"),
    [
        ("ascii", b"a,b\n1,x\xe9\n", ("file/encoding", 2, 4)),
        ("cp1252", b"a,b\n1,x\x81\n", ("file/encoding", 2, 4)),
        ("utf-16", "a,b\n1,".encode("utf-16") + b"\x00\xd8x\x00", ("file/encoding", 2, 3)),
    ],
)
def test_bytes_of_another_encoding_are_told(tmp_path: Path, encoding: str, content: bytes, expected: Place) -> None:
    assert places(findings(tmp_path, {"schema": AB, "encoding": encoding}, content)) == [expected]


def pack(files: Mapping[str, str], path: Path) -> bytes:
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return path.read_bytes()


def test_packed_files(tmp_path: Path) -> None:
    content, schema = "a,b\n1,x\nx,y\n", {"schema": AB}
    packed = pack({"t.csv": content}, tmp_path / "t.zip")
    two = pack({"t.csv": content, "u.csv": ""}, tmp_path / "two.zip")
    cases: list[tuple[dict[str, Any], dict[str, Any]]] = [
        ({"path": "t.csv.gz"}, {"t.csv.gz": gzip.compress(content.encode())}),
        ({"path": "t.csv", "compression": "gzip"}, {"t.csv": gzip.compress(content.encode())}),
        ({"path": "t.csv.zip"}, {"t.csv.zip": packed}),
        ({"path": "t.csv", "compression": "zip", "innerpath": "t.csv"}, {"t.csv": two}),
    ]
    for number, (resource, files) in enumerate(cases):
        found = findings(
            tmp_path / str(number), schema | resource, **{n.replace(".", "__"): c for n, c in files.items()}
        )
        assert [(f.rule, f.file, f.line, f.column) for f in found] == [("schema/type", resource["path"], 3, 1)]
    with pytest.raises(PackageError, match=r"must hold one file; it holds t\.csv, u\.csv"):
        findings(tmp_path / "two", schema | {"compression": "zip"}, two)


def test_unpacking_is_bounded(tmp_path: Path) -> None:
    bomb = gzip.compress(b"a,b\n" + b"1,x\n" * 10_000)
    with raised({"file-bytes": 1000}), pytest.raises(PackageError, match="too many bytes when unpacked"):
        findings(tmp_path, {"schema": AB, "compression": "gz"}, bomb)


def test_parts_are_one_table_and_each_fault_names_its_file(tmp_path: Path) -> None:
    schema = AB | {"primaryKey": ["a"]}
    resource = {"schema": schema, "path": ["1.csv", "2.csv", "3.csv"]}
    files = {"1.csv": "a,b\n1,x", "2.csv": "a,b\n2,y\nz,y\n", "3.csv": "1,x\n"}
    found = findings(tmp_path, resource, **{name.replace(".", "__"): text for name, text in files.items()})
    assert [(f.rule, f.file, f.line, f.column) for f in found] == [
        ("schema/type", "2.csv", 3, 1),
        ("schema/primaryKey", "3.csv", 1, 1),
    ]
    assert len(rows(tmp_path)) == 4
    (tmp_path / "2.csv").unlink()
    assert [(f.rule, f.file) for f in validate(tmp_path).findings] == [("file/missing", "2.csv")]


@pytest.mark.parametrize("algorithm", ["", "md5:", "sha1:", "sha256:", "sha512:", "SHA256:"])
def test_hashes(tmp_path: Path, algorithm: str) -> None:
    import hashlib

    content = b"a,b\n1,x\n"
    digest = hashlib.new(algorithm.rstrip(":").lower() or "md5", content).hexdigest()
    right = {"schema": AB, "hash": algorithm + digest, "bytes": len(content)}
    assert findings(tmp_path / "right", right, content) == []
    wrong = right | {"hash": algorithm + digest[::-1], "bytes": 1}
    assert [f.rule for f in findings(tmp_path / "wrong", wrong, content)] == ["file/bytes", "file/hash"]


# Inline data ------------------------------------------------------------------------------------------------------------

TYPED = {
    "fields": [
        {"name": "i", "type": "integer"},
        {"name": "s", "type": "string"},
        {"name": "l", "type": "list", "itemType": "integer"},
        {"name": "o", "type": "object"},
        {"name": "b", "type": "boolean"},
        {"name": "x", "type": "any"},
    ]
}


def test_inline_rows_keep_their_json_types(tmp_path: Path) -> None:
    good: list[Any] = [1, "x", [1, 2], {"k": 1}, True, 5]
    bad: list[Any] = [1.5, 2, ["y"], [], "maybe", None]
    data = [["i", "s", "l", "o", "b", "x"], good, bad]
    found = findings(tmp_path, {"schema": TYPED, "data": data})
    assert [(f.rule, f.field, f.value) for f in found] == [
        ("schema/type", name, value) for name, value in zip("islob", ["1.5", "2", '["y"]', "[]", "maybe"], strict=True)
    ]
    text = (tmp_path / "datapackage.json").read_text("utf-8")
    assert {f.line for f in found} == {1}
    assert [f.column for f in found] == [
        text.index(start) + 1 for start in ("1.5,", '2, ["y"]', '["y"]', "[], ", '"maybe"')
    ]
    assert rows(tmp_path)[0] == (1, "x", '["1","2"]', '{"k":1}', True, "5")


def test_inline_objects(tmp_path: Path) -> None:
    schema = AB | {"primaryKey": ["a"]}
    found = findings(tmp_path / "a", {"schema": schema, "data": [{"b": "x", "a": 1}, {"a": 1}, {"b": "y"}]})
    assert [f.rule for f in found] == ["schema/primaryKey", "schema/required"]
    assert places(findings(tmp_path / "b", {"schema": AB, "data": [{"a": 1, "c": 2}]}))[0][0] == "file/header"
    assert findings(tmp_path / "c", {"schema": AB, "data": []}) == []
    assert findings(tmp_path / "d", {"schema": AB, "data": [[1, "x"]], "dialect": {"header": False}}) == []


def test_inline_text(tmp_path: Path) -> None:
    found = findings(tmp_path, {"schema": AB, "format": "csv", "data": 'a,b\n1,x\ny,z\n2,"\n'})
    start = (tmp_path / "datapackage.json").read_text("utf-8").index('"a,b') + 1
    assert places(found) == [("file/quote", 1, start), ("schema/type", 1, start)]
    assert "(Line 4, character 3 of the inline data.)" in found[0].message
    assert found[1].value == "y"


@pytest.mark.parametrize("data", ["a,b", {"a": 1}, [1], [[1], {"a": 1}]])
def test_inline_data_that_is_no_table_is_refused(tmp_path: Path, data: Any) -> None:
    with pytest.raises(PackageError, match=r"rows must be a list|format 'json' is not supported"):
        findings(tmp_path, {"schema": AB, "format": "json", "data": data})


def test_json_files(tmp_path: Path) -> None:
    text = '{"x": {"rows": [\n {"a": 1, "b": "u"},\n {"a": "v"}\n]}}'
    resource = {"schema": AB, "path": "t.json", "dialect": {"property": "x.rows"}}
    assert places(findings(tmp_path, resource, t__json=text)) == [("schema/type", 3, 8)]


def test_rows_that_lie_in_no_file_of_their_own_cannot_be_taken(tmp_path: Path) -> None:
    findings(tmp_path, {"schema": AB, "data": [["a", "b"], [1, "x"]]})
    with pytest.raises(PackageError, match="one file of their own"):
        _ = open_package(tmp_path).manifest.resources[0].path


# Headers and schemas ----------------------------------------------------------------------------------------------------

MATCHES = {
    "a,b": {"exact", "equal", "subset", "superset", "partial"},
    "b,a": {"equal", "subset", "superset", "partial"},
    "a,b,c": {"subset", "partial"},
    "b": {"superset", "partial"},
    "b,c": {"partial"},
    "c": set(),
    "a,b,b": set(),
}


@pytest.mark.parametrize("match", ["exact", "equal", "subset", "superset", "partial"])
@pytest.mark.parametrize("header", MATCHES)
def test_fields_match(tmp_path: Path, header: str, match: str) -> None:
    schema = {"fields": [{"name": "a"}, {"name": "b"}], "fieldsMatch": [match]}
    content = f"{header}\n{','.join('x' for _ in header.split(','))}\n"
    found = findings(tmp_path, {"schema": schema}, content)
    assert (found == []) == (match in MATCHES[header]), found
    assert {f.rule for f in found} <= {"file/header"}


@pytest.mark.parametrize("match", ["superset", "partial"])
def test_a_column_that_is_required_cannot_be_left_out(tmp_path: Path, match: str) -> None:
    schema = AB | {"primaryKey": ["a"], "fieldsMatch": match}
    found = findings(tmp_path, {"schema": schema}, "b\nx\ny\n")
    assert [(f.rule, f.line, f.value) for f in found] == [("file/header", 1, "a")]


def test_columns_are_mapped_by_name(tmp_path: Path) -> None:
    schema = AB | {"fieldsMatch": "subset"}
    assert places(findings(tmp_path, {"schema": schema}, "c,b,a\nu,1,x\n")) == [("schema/type", 2, 5)]


def test_yaml_descriptor_with_a_date_and_a_schema_file(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("d\n2020-01-01\n2019-12-31\n", encoding="utf-8")
    (tmp_path / "s.yaml").write_text(
        "fields:\n- {name: d, type: date, constraints: {minimum: 2020-01-01}}\n", encoding="utf-8"
    )
    text = "name: p\ncreated: 2020-01-01\nresources:\n- {name: t, path: t.csv, schema: s.yaml}\n"
    (tmp_path / "datapackage.yaml").write_text(text, encoding="utf-8")
    assert places(list(validate(tmp_path).findings)) == [("schema/minimum", 3, 1)]
    (tmp_path / "datapackage.yaml").write_text(text.replace("name: p", "name: &n p"), encoding="utf-8")
    with pytest.raises(PackageError, match="anchors and aliases"):
        validate(tmp_path / "datapackage.yaml")


@pytest.mark.parametrize(
    ("field", "words"),
    [
        ({"type": "money"}, "the type 'money' is not supported"),
        ({"type": "string", "format": "wkt"}, "the format 'wkt'"),
        ({"type": "integer", "format": "hex"}, "the format 'hex'"),
        ({"type": "date", "format": "YYYY"}, r"strptime pattern like %d\.%m\.%Y"),
        ({"type": "date", "format": "%Q"}, "'%Q' is not a strptime pattern"),
        ({"type": "geopoint", "format": "wkt"}, "the format 'wkt'"),
        ({"type": "geojson", "format": "wkt"}, "the format 'wkt'"),
        ({"type": "integer", "decimalChar": ","}, "'decimalChar' is not supported here"),
        ({"type": "string", "required": True}, "it belongs into `constraints`"),
        ({"type": "number", "decimalChar": ",", "groupChar": ","}, "cannot be told"),
        ({"type": "number", "bareNumber": "no"}, "`bareNumber` must be true or false"),
        ({"type": "number", "groupChar": 1}, "`groupChar` must be a text"),
        ({"type": "boolean", "trueValues": ["x"], "falseValues": ["x"]}, "stands in `trueValues` and in"),
        ({"type": "boolean", "trueValues": [1]}, "`trueValues` must be a list of texts"),
        ({"type": "list", "itemType": "year"}, "`itemType` must be one of"),
        ({"type": "list", "delimiter": ""}, "`delimiter` is empty"),
        ({"type": "boolean", "constraints": {"minimum": 1}}, "the constraint 'minimum' is not supported for the type"),
        ({"type": "string", "constraints": {"colour": 1}}, "the constraint 'colour'"),
        ({"type": "string", "constraints": {"minLength": "1"}}, "is not a number of characters"),
        ({"type": "string", "constraints": {"pattern": 1}}, "`pattern` must be a text"),
        ({"type": "string", "constraints": {"pattern": "["}}, "pattern"),
        ({"type": "string", "constraints": {"required": "yes"}}, "`required` must be true or false"),
        ({"type": "string", "constraints": {"enum": [1]}}, "enum: 1 is not a text"),
        ({"type": "date", "constraints": {"minimum": "soon"}}, 'minimum: "soon" is not a date'),
        ({"type": "number", "constraints": {"maximum": "INF"}}, "is not finite"),
        ({"type": "string", "constraints": []}, "`constraints` must be an object"),
        ({"type": "string", "constraints": {"enum": "a"}}, "`enum` must be a list"),
        ({"type": "string", "categories": ["a"], "constraints": {"enum": ["b"]}}, "none of the `categories`"),
        ({"type": "number", "categories": [1]}, "'categories' is not supported here"),
        ({"type": "string", "missingValues": [0]}, "`missingValues` must be a list of texts"),
        ({"type": "object", "constraints": {"jsonSchema": {"$ref": "http://example.org/s"}}}, "nothing is fetched"),
        ({"type": "object", "constraints": {"jsonSchema": {"$ref": "#/$defs/x"}}}, "leads nowhere"),
        ({"type": "object", "constraints": {"jsonSchema": {"type": 1}}}, "is not a JSON Schema"),
        ({"type": "object", "constraints": {"jsonSchema": 1}}, "must be a JSON Schema"),
    ],
    ids=lambda value: json.dumps(value) if isinstance(value, dict) else "",
)
def test_what_is_not_understood_in_a_field_is_refused_by_name(
    tmp_path: Path, field: dict[str, Any], words: str
) -> None:
    with pytest.raises(SchemaError, match=words):
        findings(tmp_path, {"schema": {"fields": [{"name": "a"} | field]}}, "a\n1\n")


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"dialect": {"colour": 1}}, "the property 'colour' of a dialect"),
        ({"dialect": {"delimiter": 1}}, "`delimiter` of the dialect must be a text"),
        ({"dialect": {"header": "no"}}, "`header` of the dialect must be true or false"),
        ({"dialect": {"headerRows": [0]}}, "a list of row numbers"),
        ({"dialect": {"itemKeys": "a"}}, "a list of texts"),
        ({"dialect": {"quoteChar": "''"}}, "single characters"),
        ({"dialect": {"delimiter": '"'}}, "cannot separate cells"),
        ({"dialect": [1]}, "`dialect` must be an object"),
        ({"schema": AB | {"fieldsMatch": "some"}}, "`fieldsMatch` must be one of"),
        ({"schema": AB | {"primaryKey": 1}}, "`primaryKey` must name columns"),
        ({"schema": AB | {"primaryKey": ["c"]}}, "a key names the column 'c'"),
        ({"schema": AB | {"uniqueKeys": "a"}}, "`uniqueKeys` must be a list"),
        ({"schema": AB | {"foreignKeys": [{"fields": "a"}]}}, "a foreign key needs"),
        (
            {"schema": AB | {"foreignKeys": [{"fields": "a", "reference": {"package": "x", "fields": "a"}}]}},
            "the property 'package'",
        ),
        ({"schema": {"fields": [{"name": "a"}, {"name": "a"}]}}, "the field 'a' stands twice"),
        ({"schema": {"fields": [1]}}, "each field must be an object"),
        ({"schema": {}}, "a list of `fields`"),
    ],
    ids=lambda value: json.dumps(value) if isinstance(value, dict) else "",
)
def test_what_is_not_understood_in_a_resource_is_refused_by_name(
    tmp_path: Path, more: dict[str, Any], words: str
) -> None:
    with pytest.raises(SchemaError, match=words):
        findings(tmp_path, {"schema": AB} | more, "a,b\n1,x\n")


# Packages of others -----------------------------------------------------------------------------------------------------


@pytest.mark.skipif(not SHARED.is_dir(), reason="other people’s packages lie outside this repository and are not here")
def test_country_codes() -> None:
    """A real package with a YAML descriptor; NA is Namibia, and no missing value."""
    report = validate(SHARED / "datasets-country-codes")
    assert (report.by_rule, report.rows) == ({}, {"country-codes": 249})


@pytest.mark.skipif(not SHARED.is_dir(), reason="other people’s packages lie outside this repository and are not here")
@pytest.mark.parametrize(
    ("old", "new"), [("", ""), ("AFG,93,AFG", "AFG,93,ALB"), (",AF,AF,AF,", ",AF,AFX,AFX,"), ("AFG,93", "AFG,9,3")]
)
def test_country_codes_to_the_judge(tmp_path: Path, old: str, new: str) -> None:
    """frictionless-py takes `datapackage.yml` for a text file, so it is given the same as JSON."""
    import frictionless

    shutil.copytree(SHARED / "datasets-country-codes", tmp_path, dirs_exist_ok=True)
    path = tmp_path / "data" / "country-codes.csv"
    path.write_text(path.read_text("utf-8").replace(old, new, 1), encoding="utf-8")
    descriptor = read_yaml(tmp_path / "datapackage.yml")
    slim = {"name": "p", "resources": descriptor["resources"]}
    (tmp_path / "datapackage.json").write_text(json.dumps(slim), encoding="utf-8")
    theirs = frictionless.validate(str(tmp_path / "datapackage.json"))
    lines = {
        error.row_number for task in theirs.tasks for error in task.errors
    }  # no cell of this file has a line break
    assert {finding.line for finding in validate(tmp_path / "datapackage.yml").findings} == lines
    assert theirs.valid == (not lines) == (old == "")


@pytest.mark.skipif(not SHARED.is_dir(), reason="other people’s packages lie outside this repository and are not here")
@pytest.mark.parametrize(
    "path", sorted((SHARED / "tableschema-py-data" / "data").glob("schema_*.json")), ids=lambda path: path.stem
)
def test_schemas_of_tableschema_py(tmp_path: Path, path: Path) -> None:
    """The valid ones are read, the invalid ones refused; so are keys into other packages, which no package can judge."""
    schema = json.loads(path.read_text("utf-8"))
    valid = "_valid_" in path.name and "foreignKeys" not in schema
    names = [field["name"] for field in schema["fields"]] if valid else []
    write_foreign(tmp_path, [{"schema": schema}], {"t0.csv": ",".join(names) + "\n"})
    if valid:
        assert validate(tmp_path).findings == ()
    else:
        with pytest.raises(ProvisionsError, match=r"Table Schema|schema of"):
            validate(tmp_path)
