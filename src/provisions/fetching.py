"""Brings a published release, or some of its files, onto this machine: from a server, a mirror or a folder, once.

A file is under its name in the cache only once it is what `SHA256SUMS` says; nothing is unpacked. Opens no package.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import tempfile
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from fnmatch import fnmatchcase
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urljoin, urlsplit
from urllib.request import url2pathname

from provisions.checksums import MOST_BYTES, hash_file, read_sums
from provisions.documents import read_json
from provisions.errors import ReleaseError
from provisions.publication.about import read_about
from provisions.publication.assets import SUMS
from provisions.replacing import can_lock, lock
from provisions.schema import bundled

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    Tell = Callable[[str, int, int | None], None]

_VERSION = re.compile(r"[0-9A-Za-z][0-9A-Za-z.+-]{0,63}")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_GITHUB = re.compile(r"https://github\.com/[^/]+/[^/]+/?")
_HERE = ("localhost", "127.0.0.1", "::1")
_PLACE = "{version}"
CACHE = "PROVISIONS_CACHE"
RELEASES = "PROVISIONS_RELEASES"
_MOST = 16 * 1024**3  # bytes of one file
_MOST_UNSAID = 64 * 1024**2  # where the server does not say how many there are
_CHUNK = 1 << 18
_TIMEOUT = (10.0, 20.0)  # seconds to connect, and between two pieces
_PATIENCE, _SLOWEST = 20.0, 1024  # from so many seconds on, so many bytes a second are the least
_RETRIES = 2
_GONE = (404, 410)


@dataclass(frozen=True)
class Fetched:
    """A release that was fetched: its folder, the zip of the package in it, the SHA-256 of its list of checksums, its files.

    `notes` say what the user should know, such as that the list is one of an earlier time, as nobody answered.
    """

    folder: Path
    archive: Path
    sha256: str
    files: tuple[str, ...]
    notes: tuple[str, ...] = ()


def fetch_release(
    version: str | None,
    source: str | None,
    sums: str | None = None,
    files: Sequence[str] = (),
    out: Path | None = None,
    tell: Tell | None = None,
) -> Fetched:
    """Fetches files of a release, the zip of the package if none are named, and holds each against `SHA256SUMS`.

    `source` is an address of a release, `https:` or `file:`, or a folder; `{version}` in it stands for the version. `sums` is
    the SHA-256 that `SHA256SUMS` must have. `files` are names or patterns, `*` for everything. They come into the cache, and
    from there into the folder `<name>-<version>` in `out`. `tell` hears of progress: file, bytes so far, bytes in all.
    Raises `ReleaseError`.
    """
    missing = [name for name in ("pooch", "requests") if find_spec(name) is None]
    if missing:
        raise ReleaseError("Releases are fetched with pooch, which this Python lacks: pip install 'provisions[fetch]'")
    if version is not None and not _VERSION.fullmatch(version):
        raise ReleaseError(f"{version[:80]!r} is no version of a release, such as 1.2.0.")
    if sums is not None and not _SHA256.fullmatch(sums := sums.lower()):
        raise ReleaseError("The SHA-256 of SHA256SUMS is 64 hexadecimal digits.")
    base = _find_base(version, source)
    tell = tell or (lambda *_: None)
    try:
        content, notes = _find_list(base, version, sums, tell)
        listed = read_sums(content, base + SUMS)
        archive = _find_archive(listed, base, version)
        names = _choose(listed, files or (archive,), base)
        folder = _folder(content, archive)
        for name in names:
            _retrieve(base, name, listed[name], folder, tell)
        _put(folder / SUMS, content)
        if out is not None:
            folder = _copy(folder, out / archive.removesuffix(".zip"), listed, names)
    except OSError as error:
        raise ReleaseError(f"{error.filename or cache_folder()}: {error.strerror or error}.") from error
    return Fetched(folder, folder / archive, hashlib.sha256(content).hexdigest(), tuple(names), notes)


def default_source(homepage: str, version: str | None) -> str:
    """Where releases are if nobody says: what the environment says, else the releases of the repository on GitHub.

    Raises `ReleaseError` where there is no such address.
    """
    if said := os.environ.get(RELEASES):
        return said
    if _GITHUB.fullmatch(homepage):
        page = f"{homepage.rstrip('/')}/releases"
        return f"{page}/download/v{_PLACE}" if version else f"{page}/latest/download"
    raise ReleaseError(
        "There is no address to fetch releases from: the package names no repository as its `homepage`. "
        f"Say where they are with --from, a folder or an address, or in {RELEASES}; {_PLACE} in it stands for the version."
    )


def cache_folder() -> Path:
    """Where fetched releases are kept: the folder that `PROVISIONS_CACHE` names, else the one that the system has for that."""
    import pooch

    return Path(os.environ.get(CACHE) or pooch.os_cache("provisions")).absolute()


def _find_base(version: str | None, source: str | None) -> str:
    """The address of the release, with a slash at its end. Raises `ReleaseError` on one that is not to be asked."""
    if source is None:
        descriptor = read_json(bundled("datapackage") / "datapackage.json")
        source = default_source(read_about(descriptor).homepage, version)
    if _PLACE in source:
        if version is None:
            raise ReleaseError(f"{source}: which version? The address holds {_PLACE}; give one.")
        source = source.replace(_PLACE, version)
    if "://" not in source and not source.startswith("file:"):
        source = Path(source).absolute().as_uri()
    _check_address(source)
    if urlsplit(source).query or urlsplit(source).fragment:
        raise ReleaseError(f"{source}: an address of a folder has no `?` and no `#`.")
    return source.rstrip("/") + "/"


def _check_address(address: str) -> None:
    """Refuses all but `https:`, `file:` of this machine, and `http:` of this machine.

    Over plain `http:` anybody on the way can put another list of checksums in the place of the true one.
    """
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
    except ValueError as error:
        raise ReleaseError(f"{address[:200]!r} is no address ({error}).") from error
    if parts.scheme == "http" and host not in _HERE:
        raise ReleaseError(f"{address[:200]}: refused, as http can be altered on the way; use https.")
    if parts.scheme == "file" and host not in ("", "localhost"):
        raise ReleaseError(f"{address[:200]}: refused, as it is a file of another machine.")
    if parts.scheme not in ("http", "https", "file") or (parts.scheme != "file" and not host):
        raise ReleaseError(f"{address[:200]}: releases come from https: or file: addresses, or from a folder.")


def _find_list(base: str, version: str | None, sums: str | None, tell: Tell) -> tuple[bytes, tuple[str, ...]]:
    """The bytes of `SHA256SUMS`: from the cache, if they are pinned or of a version on a server, as that never changes."""
    remembered = cache_folder() / "addresses" / hashlib.sha256(base.encode()).hexdigest()
    settled = sums is not None or (version is not None and not base.startswith("file:"))
    known = sums or (remembered.read_text("ascii", errors="replace") if remembered.is_file() else "")
    kept = _kept(known)
    if settled and kept is not None:
        return kept, ()
    try:
        with tempfile.TemporaryDirectory() as room:
            content = _retrieve(base, SUMS, sums, Path(room), tell).read_bytes()
    except _UnreachableError as error:
        if kept is None:
            raise
        return kept, (f"{error} The release is the one that this address gave before.",)
    read_sums(content, base + SUMS)
    _put(remembered, hashlib.sha256(content).hexdigest().encode())
    return content, ()


def _kept(sha256: str) -> bytes | None:
    """The list of checksums of that hash, if a release with it is in the cache."""
    if _SHA256.fullmatch(sha256):
        for path in cache_folder().glob(f"*-{sha256[:16]}/{SUMS}"):
            content = path.read_bytes()
            if hashlib.sha256(content).hexdigest() == sha256:
                return content
    return None


def _folder(content: bytes, archive: str) -> Path:
    """The folder of the release in the cache. It has the hash of the list in its name, so that two releases never meet in it."""
    return cache_folder() / f"{archive.removesuffix('.zip')}-{hashlib.sha256(content).hexdigest()[:16]}"


def _find_archive(listed: Mapping[str, str], base: str, version: str | None) -> str:
    archives = [name for name in listed if name.endswith(".zip") and "/" not in name]
    if len(archives) != 1 or archives[0] == ".zip":
        raise ReleaseError(f"{base}{SUMS}: lists {len(archives)} zips of a package; a release has one.")
    if version is not None and not archives[0].endswith(f"-{version}.zip"):
        raise ReleaseError(f"{base}: this is {archives[0].removesuffix('.zip')}, not version {version}.")
    return archives[0]


def _choose(listed: Mapping[str, str], files: Sequence[str], base: str) -> list[str]:
    for pattern in files:
        if not any(fnmatchcase(name, pattern) for name in listed):
            raise ReleaseError(f"{base}: the release has no file {pattern!r}; {SUMS} lists them.")
    return [name for name in listed if any(fnmatchcase(name, pattern) for pattern in files)]


class _UnreachableError(ReleaseError):
    """Nobody answers there."""


def _retrieve(base: str, name: str, sha256: str | None, folder: Path, tell: Tell) -> Path:
    """One file, from the folder if it is there and right, else from its address. Raises `ReleaseError`."""
    import pooch
    import requests

    address = base + quote(name)
    most = MOST_BYTES if name == SUMS else _MOST
    part = cache_folder() / "parts" / hashlib.sha256(f"{address} {sha256}".encode()).hexdigest()

    def bring(url: str, target: str, _: object) -> None:
        if url.startswith("file:"):
            _copy_local(url, Path(target), most)
        else:
            # Of a list whose hash nobody knows, the rest may be that of another, and nothing would tell.
            with _claim(part, anew=sha256 is None) as own:
                _download(url, own, most, lambda done, size: tell(name, done, size))
                own.replace(target)

    logger = pooch.get_logger()
    level = logger.level
    logger.setLevel("ERROR")  # it would tell of every file, with its whole path
    try:
        keeper = pooch.create(folder, base, registry={name: sha256 and f"sha256:{sha256}"}, retry_if_failed=_RETRIES)
        keeper.urls[name] = address
        return Path(keeper.fetch(name, downloader=bring))
    except requests.HTTPError as error:
        status = error.response.status_code if error.response is not None else "no answer"
        raise _UnreachableError(f"{address}: cannot be fetched (HTTP status {status}).") from error
    except requests.RequestException as error:
        raise _UnreachableError(f"{address}: cannot be fetched ({_reason(error)}).") from error
    except ValueError as error:
        told = "the SHA-256 that was given" if name == SUMS else SUMS
        raise ReleaseError(
            f"{address}: refused, as it is not what {told} says: it was altered or cut short."
        ) from error
    finally:
        logger.setLevel(level)


def _reason(error: Exception) -> str:
    import requests

    if isinstance(error, requests.Timeout):
        return "it took too long"
    if isinstance(error, requests.TooManyRedirects):
        return "it leads in a circle"
    if isinstance(error, requests.ConnectionError):
        return "no connection, or it broke off"
    return " ".join(str(error).split())[:200]


def _copy_local(url: str, target: Path, most: int) -> None:
    path = Path(url2pathname(urlsplit(url).path))
    if not path.is_file():
        raise ReleaseError(f"{path}: there is no such file.")
    if path.stat().st_size > most:
        raise ReleaseError(f"{path}: refused, as it has more than {most} bytes.")
    shutil.copyfile(path, target)


@contextmanager
def _claim(part: Path, *, anew: bool) -> Iterator[Path]:
    """What an earlier run left of a file, to go on with; to begin `anew`, and while another run is at that, a part of its own."""
    part.parent.mkdir(parents=True, exist_ok=True)
    handle = None
    if not anew:
        part.touch()
        with suppress(FileNotFoundError):  # it was just put in its place
            handle = lock(part)
    if anew or (handle is None and can_lock()):
        with tempfile.TemporaryDirectory(prefix=f"{part.name}-", dir=part.parent) as room:
            yield Path(room) / part.name
        return
    try:
        yield part
    finally:
        if handle is not None:
            os.close(handle)


def _download(url: str, part: Path, most: int, tell: Callable[[int, int | None], None]) -> None:
    """Appends to a part of a file what it lacks. Raises `requests.RequestException`, which is worth a new try, and `ReleaseError`."""
    import requests

    have = part.stat().st_size if part.exists() else 0
    headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={have}-"} if have else {})
    with requests.get(
        url, headers=headers, stream=True, timeout=_TIMEOUT, hooks={"response": _check_redirect}
    ) as response:
        if response.status_code in _GONE:  # nor will it be there at the next try
            raise ReleaseError(f"{url}: cannot be fetched (HTTP status {response.status_code}).")
        if response.status_code != 416:
            response.raise_for_status()
        if have and not _continues(response, have):
            if response.status_code != 200:
                part.unlink()
                raise requests.ConnectionError("the rest is not to be had; from the beginning then")
            have = 0
        length = response.headers.get("Content-Length", "")
        size = have + int(length) if length.isdecimal() and len(length) < 20 else None
        most = most if size is not None else min(most, _MOST_UNSAID)
        begin, got = time.monotonic(), 0
        with part.open("ab" if have else "wb") as file:
            for piece in _pieces(response):
                file.write(piece)
                got += len(piece)
                if have + got > most:
                    break
                if (spent := time.monotonic() - begin) > _PATIENCE and got < spent * _SLOWEST:
                    raise _UnreachableError(
                        f"{url}: cannot be fetched (it took too long: {got:,} bytes in {spent:.0f} seconds)."
                    )
                tell(have + got, size)
        if have + got > most:
            part.unlink()
            unsaid = "" if size is not None else " and the server does not say how many"
            raise ReleaseError(f"{url}: refused, as it has more than {most} bytes{unsaid}.")
        if size is not None and have + got < size:
            raise requests.ConnectionError("it broke off")


def _pieces(response: Any) -> Iterator[bytes]:
    import requests
    from urllib3.exceptions import HTTPError, ReadTimeoutError

    try:
        while piece := response.raw.read1(_CHUNK):
            yield piece
    except ReadTimeoutError as error:  # another try would wait as long
        raise _UnreachableError(
            f"{response.url}: cannot be fetched (it took too long: nothing comes any more)."
        ) from error
    except (HTTPError, OSError) as error:
        raise requests.ConnectionError("it broke off") from error


def _continues(response: Any, have: int) -> bool:
    return response.status_code == 206 and str(response.headers.get("Content-Range", "")).startswith(f"bytes {have}-")


def _check_redirect(response: Any, **_: object) -> None:
    """Follows redirections to other servers, as hosts of releases have them, but to none that is less safe."""
    if not response.is_redirect:
        return
    target = urljoin(response.url, response.headers["Location"])
    _check_address(target)
    if urlsplit(target).scheme not in ("https", urlsplit(response.url).scheme):
        raise ReleaseError(f"{response.url}: refused, as it leads to {target[:200]}, which is no https.")


def _copy(folder: Path, target: Path, listed: Mapping[str, str], names: Sequence[str]) -> Path:
    """Puts files into a folder, each under its name only once it is whole; those that are right already stay."""
    for name in names:
        path = target / name
        if path.is_symlink() or (path.exists() and not path.is_file()):
            raise ReleaseError(f"{path}: something else is there.")
        if path.exists() and hash_file(path) == listed[name]:
            continue
        _put(path, folder / name)
    _put(target / SUMS, folder / SUMS)
    return target


def _put(path: Path, content: bytes | Path) -> None:
    """Writes a file in one step."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, beside = tempfile.mkstemp(prefix=".part-", dir=path.parent)
    os.close(handle)
    try:
        if isinstance(content, Path):
            shutil.copyfile(content, beside)
        else:
            Path(beside).write_bytes(content)
        Path(beside).chmod(0o644)
        Path(beside).replace(path)
    finally:
        Path(beside).unlink(missing_ok=True)
