"""Report → text, one format a file. A writer knows the `Report` only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from provisions.reports.as_json import write_json_report
from provisions.reports.as_text import write_text_report

if TYPE_CHECKING:
    from collections.abc import Callable

    from provisions.model import Report

FORMATS: dict[str, Callable[[Report], str]] = {"text": write_text_report, "json": write_json_report}
