"""Report → text, one format a file. A writer knows the `Report` only."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from provisions.model import Report

FORMATS = ("text", "json", "jsonl", "github", "markdown", "sarif", "junit", "gitlab", "rdjson")


def write_report(report: Report, form: str, prose: Mapping[str, str] | None = None) -> str:
    """The report in one of `FORMATS`; `prose` explains rules, where the form has room for it."""
    writer = getattr(import_module(f"provisions.reports.as_{form}"), f"write_{form}_report")
    text: str = writer(report, prose) if form == "sarif" else writer(report)
    return text
