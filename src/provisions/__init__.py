"""Security-treaty provisions as open data, validated, cross-referenced and published.

    import provisions

    with provisions.open_package() as package:
        print(package.validate().ok)
        frame = package.table("statements").df()

Names are imported when first used, so that `import provisions` costs next to nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from provisions.dossiers import Dossier
    from provisions.errors import ProvisionsError
    from provisions.model import Finding, Report, Severity
    from provisions.package import Package, dossier, load, open_package, publish, validate

__version__ = "0.1.0"
__all__ = [
    "Dossier",
    "Finding",
    "Package",
    "ProvisionsError",
    "Report",
    "Severity",
    "dossier",
    "load",
    "open_package",
    "publish",
    "validate",
]
_HOMES = {
    "package": ("Package", "dossier", "load", "open_package", "publish", "validate"),
    "model": ("Finding", "Report", "Severity"),
    "errors": ("ProvisionsError",),
    "dossiers": ("Dossier",),
}


def __getattr__(name: str) -> object:
    for home, names in _HOMES.items():
        if name in names:
            return getattr(import_module(f"provisions.{home}"), name)
    raise AttributeError(f"module 'provisions' has no attribute {name!r}")
