"""Under which licence each file of a release stands, as an SPDX document (2.3)."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING, Any

from provisions.documents import write_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from provisions.engines import Engine
    from provisions.publication.about import About
    from provisions.publication.assets import Asset
    from provisions.publication.contents import Content

THIRD_PARTY = "LicenseRef-third-party-text"
_PUBLIC_DOMAIN = "LicenseRef-public-domain"
_OPEN = "LicenseRef-open-licence-of-its-own"
_TEXTS = {
    _PUBLIC_DOMAIN: "Free of copyright, as official texts are in many countries.",
    _OPEN: "Under an open licence of its own, which the document names.",
}
# What `sources.rights` says of the text of a document → its licence here; none for what is under that of the package.
_RIGHTS = {"third-party": THIRD_PARTY, "public-domain": _PUBLIC_DOMAIN, "open": _OPEN}
# Columns that hold words of others.
_WORDS = ("quote", "quotes", "source_quote")


def find_rights(engine: Engine, contents: Sequence[Content], names: Iterable[str]) -> dict[str, str]:
    """By file of a release of ours, the licence of text in it that is not under the licence of the package.

    `names` are the source documents, `seeds/<source>.txt`. Tables that quote hold third-party text.
    """
    sources = {str(row["id"]): str(row["rights"]) for row in engine.rows("SELECT id, rights FROM sources")}
    rights: dict[str, str] = {}
    for name in names:
        licence = _RIGHTS.get(sources.get(name.removeprefix("seeds/").rsplit(".", 1)[0], "third-party"))
        rights |= {name: licence} if licence else {}
    for content in contents:
        if content.name == "passages" or set(_WORDS) & set(content.table.names):
            for name in (content.file, f"{content.name}.parquet", f"{content.name}.dta"):
                rights[name] = THIRD_PARTY
    return rights


def write_spdx(about: About, assets: Sequence[Asset], rights: Mapping[str, str], program: str) -> str:
    """The document. `rights` gives, by file, the licence of text in it that is not under the licence of the package."""
    declared = " OR ".join(licence.name for licence in about.licences if licence.name) or "NOASSERTION"
    own = [rights[asset.name] for asset in assets if asset.name in rights]
    texts = _TEXTS | {THIRD_PARTY: about.rights or "Belongs to its publisher or author."}
    files = [
        {
            "SPDXID": f"SPDXRef-File-{number}",
            "fileName": f"./{asset.name}",
            "checksums": [
                {"algorithm": "SHA1", "checksumValue": asset.sha1},
                {"algorithm": "SHA256", "checksumValue": asset.sha256},
            ],
            "licenseConcluded": _conclude(declared, rights.get(asset.name, ""), asset.name),
            "licenseInfoInFiles": ["NOASSERTION"],
            "copyrightText": "NOASSERTION",
        }
        for number, asset in enumerate(assets, start=1)
    ]
    document: dict[str, Any] = {
        "spdxVersion": "SPDX-2.3",
        "SPDXID": "SPDXRef-DOCUMENT",
        "dataLicense": "CC0-1.0",
        "name": about.stem,
        "documentNamespace": f"urn:provisions:{_plain(about.stem)}:licences",
        "creationInfo": {
            "created": f"{(about.date + '-01-01')[:10]}T00:00:00Z",
            "creators": [f"Tool: provisions-{program}"],
        },
        "documentDescribes": ["SPDXRef-Package"],
        "packages": [
            {
                "SPDXID": "SPDXRef-Package",
                "name": about.name,
                **({"versionInfo": about.version} if about.version else {}),
                "downloadLocation": "NOASSERTION",
                "filesAnalyzed": True,
                "packageVerificationCode": {"packageVerificationCodeValue": _verify(assets)},
                "licenseInfoFromFiles": ["NOASSERTION"],
                "licenseConcluded": "NOASSERTION",
                "licenseDeclared": declared,
                "copyrightText": "NOASSERTION",
                "comment": about.rights or "The data set.",
                "primaryPackagePurpose": "OTHER",
            }
        ],
        "files": files,
        "relationships": [
            {"spdxElementId": "SPDXRef-Package", "relationshipType": "CONTAINS", "relatedSpdxElement": file["SPDXID"]}
            for file in files
        ],
        "hasExtractedLicensingInfos": [
            {"licenseId": name, "name": name.removeprefix("LicenseRef-"), "extractedText": texts[name]}
            for name in sorted(set(own))
        ],
    }
    return write_json({key: value for key, value in document.items() if value})


def _conclude(declared: str, text: str, name: str) -> str:
    """The licence of a file: a source document stands alone, a table has words of ours beside those of others."""
    if not text:
        return declared
    alone = name.startswith("seeds/") or declared == "NOASSERTION"
    return text if alone else f"({declared}) AND {text}" if " " in declared else f"{declared} AND {text}"


def _verify(assets: Sequence[Asset]) -> str:
    """The verification code of SPDX: one hash over those of all files."""
    return hashlib.sha1("".join(sorted(asset.sha1 for asset in assets)).encode(), usedforsecurity=False).hexdigest()


def _plain(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9.-]", "-", text)
