"""Where a finding stands, as other programs name it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from provisions.model import Finding, Report


def file_path(report: Report, finding: Finding) -> str:
    """The path of the file from the folder that the program runs in, with forward slashes; of a zip, the zip itself."""
    given = Path(report.path)
    if given.suffix == ".zip" or finding.file is None:
        path = given
    else:
        path = (given if given.is_dir() else given.parent) / finding.file
    here = Path.cwd()
    if path.is_absolute() and path.is_relative_to(here):
        path = path.relative_to(here)
    return path.as_posix()
