"""Accepts a finding: a row of `waivers` with the reason."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

from provisions.canonical import Row, read_rows, write_rows
from provisions.errors import NotFoundError, PackageError
from provisions.hints import did_you_mean
from provisions.replacing import replace_files
from provisions.rules import MADE, read_rules

if TYPE_CHECKING:
    from provisions.manifest import Manifest
    from provisions.model import Finding, Report


def add_waiver(manifest: Manifest, report: Report, fingerprint: str, reason: str) -> Finding:
    """Adds the waiver for a finding of that report; gives the finding. Only what a cross-reference rule finds can be waived.

    Raises `NotFoundError` where nothing has that fingerprint, `PackageError` where it cannot be waived or written.
    """
    by_print = {finding.fingerprint: finding for finding in report.findings}
    if fingerprint not in by_print:
        near = did_you_mean(fingerprint, list(by_print))
        raise NotFoundError(f"Nothing that is found has the fingerprint {fingerprint!r}. {near}".strip())
    finding = by_print[fingerprint]
    if finding.rule not in {*MADE, *(rule.name for rule in read_rules())}:
        raise PackageError(f"{finding.rule} cannot be waived: what breaks a schema or a file must be mended.")
    if not reason.strip():
        raise PackageError("A waiver needs a reason.")
    resource = next((each for each in manifest.resources if each.table.name == "waivers"), None)
    if resource is None or not manifest.root.is_dir() or Path(manifest.shown).suffix == ".zip":
        raise PackageError(f"{manifest.shown}: has no table of waivers that can be written.")
    cells = {"rule": finding.rule, "table": finding.table, "key": finding.key or "", "reason": reason.strip()}
    cells["added_on"] = dt.datetime.now(dt.UTC).date().isoformat()
    before = resource.path.read_bytes()
    rows = [*read_rows(resource.path, resource.table), Row(dict.fromkeys(resource.table.names, "") | cells)]
    written, _ = write_rows(rows, resource.table)
    replace_files(manifest.root, {resource.file: before}, {resource.file: written.encode()})
    return finding
