"""Coding sheets: all rows about one treaty as one nested YAML document, without loss in either direction."""

from __future__ import annotations

from provisions.sheets.addition import Addition, Change, add_sheets
from provisions.sheets.writing import write_sheet

__all__ = ["Addition", "Change", "add_sheets", "write_sheet"]
