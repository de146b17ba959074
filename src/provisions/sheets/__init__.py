"""Coding sheets: all rows about one treaty as one nested YAML document, without loss in either direction."""

from __future__ import annotations

from provisions.differences import Change
from provisions.sheets.addition import Addition, add_sheets
from provisions.sheets.blank import write_blank
from provisions.sheets.schema import sheet_schema
from provisions.sheets.writing import write_sheet

__all__ = ["Addition", "Change", "add_sheets", "sheet_schema", "write_blank", "write_sheet"]
