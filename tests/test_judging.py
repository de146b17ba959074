"""Cells that a foreign key need not look at are judged none the less: a fault in them is told wherever it stands."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from provisions import validate

if TYPE_CHECKING:
    from pathlib import Path

SLUG = "^[a-z]+$"
VALUES = st.sampled_from(["", "a", "b", "c", "A", "1", "b c"])
# A record with a third cell is not sound, so its cells are not judged.
RECORDS = st.lists(st.tuples(VALUES, VALUES, st.booleans()), max_size=6)


def schema(to: str) -> dict[str, object]:
    fields = [{"name": "id", "type": "string", "constraints": {"pattern": SLUG}}]
    fields.append({"name": "to", "type": "string", "constraints": {"pattern": SLUG}})
    return {"fields": fields, "foreignKeys": [{"fields": "to", "reference": {"resource": to, "fields": "id"}}]}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(here=RECORDS, there=RECORDS)
def test_a_fault_in_a_foreign_key_is_told_whatever_its_target_is(
    tmp_path: Path,
    here: list[tuple[str, str, bool]],
    there: list[tuple[str, str, bool]],
) -> None:
    resources = [
        {"name": "here", "path": "here.csv", "schema": schema("there")},
        {"name": "there", "path": "there.csv", "schema": schema("")},
    ]
    (tmp_path / "datapackage.json").write_text(json.dumps({"resources": resources}))
    told = set()
    for name, records in (("here", here), ("there", there)):
        lines = [f'"{a}","{b}"{",x" if long else ""}\n' for a, b, long in records]
        (tmp_path / f"{name}.csv").write_text("id,to\n" + "".join(lines))
        for line, (*cells, long) in enumerate(records, start=2):
            for column, cell in zip(("id", "to"), cells, strict=True):
                if cell and not long and not re.search(SLUG, cell):
                    told.add((f"{name}.csv", line, column))
    report = validate(tmp_path)
    found = [(f.file, f.line, f.field) for f in report.findings if f.rule == "schema/pattern"]
    assert sorted(found, key=str) == sorted(told, key=str)
