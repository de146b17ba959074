"""Report → JSON Lines: one finding a line, then one line with the counts."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from provisions.layout import clean_json
from provisions.reports.as_json import report_object

if TYPE_CHECKING:
    from provisions.model import Report


def write_jsonl_report(report: Report) -> str:
    """Each finding as one object with `"type": "finding"`, and the rest of the JSON report as one with `"type": "summary"`."""
    value = report_object(report)
    lines = [{"type": "finding"} | finding for finding in value.pop("findings")] + [{"type": "summary"} | value]
    return "".join(clean_json(json.dumps(line, ensure_ascii=False)) + "\n" for line in lines)
