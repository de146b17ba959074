"""Releases that are fetched from servers and folders, of which none is to be trusted, and verified."""

from __future__ import annotations

import datetime as dt
import errno
import hashlib
import ipaddress
import os
import shutil
import ssl
import subprocess
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING
from urllib.parse import unquote

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.x509.oid import NameOID

import provisions
from provisions import fetching
from provisions.errors import ReleaseError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from click.testing import Result

    from provisions.publication.release import Release

NAME = "security-treaty-provisions-0.1.0"
ZIP = f"{NAME}.zip"


class Server(ThreadingHTTPServer):
    """Serves a folder as told: `faults` by name of file, `asked` for what came in."""

    daemon_threads = True

    def __init__(self, folder: Path) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.folder = folder
        self.scheme = "http"
        self.faults: dict[str, Callable[[Handler, bytes], None]] = {}
        self.asked: list[tuple[str, str]] = []

    @property
    def url(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self.server_address[1]}"


class Handler(BaseHTTPRequestHandler):
    server: Server

    def log_message(self, *_: object) -> None: ...

    def do_GET(self) -> None:
        name = unquote(self.path).lstrip("/")
        self.server.asked.append((name, self.headers.get("Range", "")))
        path = self.server.folder / name
        if not path.is_file():
            self.send_error(404)
        elif name in self.server.faults:
            self.server.faults[name](self, path.read_bytes())
        else:
            self.give(path.read_bytes())

    def give(self, content: bytes, upto: int | None = None) -> None:
        """A whole file, or what is asked for of it; `upto` cuts it there without a word."""
        asked = self.headers.get("Range", "")
        begin = int(asked.removeprefix("bytes=").removesuffix("-")) if asked else 0
        self.send_response(206 if asked else 200)
        if asked:
            self.send_header("Content-Range", f"bytes {begin}-{len(content) - 1}/{len(content)}")
        self.send_header("Content-Length", str(len(content) - begin))
        self.end_headers()
        self.wfile.write(content[begin:upto])

    def lead(self, target: str) -> None:
        self.send_response(302)
        self.send_header("Location", target)
        self.end_headers()


@contextmanager
def _serving(folder: Path, context: ssl.SSLContext | None = None) -> Iterator[Server]:
    server = Server(folder)
    if context is not None:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        server.scheme = "https"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    with closing(server.socket):
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture
def release(published: Release, tmp_path: Path) -> Path:
    """A copy of some files of a release, to alter, listed by its own checksums."""
    folder = tmp_path / "release" / NAME
    folder.mkdir(parents=True)
    for name in (ZIP, "flat.csv", "schema/treaties.json"):
        (folder / name).parent.mkdir(exist_ok=True)
        shutil.copy(published.folder / name, folder / name)
    _list(folder)
    return folder


def _list(folder: Path) -> None:
    names = [path.relative_to(folder).as_posix() for path in sorted(folder.rglob("*")) if path.is_file()]
    lines = [f"{_sha256(folder / name)}  {name}\n" for name in names if not name.startswith("SHA256SUMS")]
    (folder / "SHA256SUMS").write_text("".join(lines), encoding="utf-8")


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PROVISIONS_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("PROVISIONS_RELEASES", raising=False)
    monkeypatch.setattr("pooch.core.time.sleep", lambda _: None)  # it waits between tries
    return tmp_path / "cache"


@pytest.fixture
def server(release: Path) -> Iterator[Server]:
    with _serving(release) as one:
        yield one


def _fetched(cache: Path) -> list[str]:
    """The names of files that are under their names in the cache."""
    return sorted(path.name for path in cache.glob("security*/**/*") if path.is_file())


def test_it_comes_once_and_serves_offline(
    server: Server, release: Path, tmp_path: Path, run: Callable[..., Result]
) -> None:
    first = run("fetch", "0.1.0", "--from", server.url)
    assert (first.exit_code, ZIP in first.output) == (0, True), first.output
    assert f"sha256 {_sha256(release / 'SHA256SUMS')}" in first.output
    assert [name for name, _ in server.asked] == ["SHA256SUMS", ZIP]
    with provisions.load("0.1.0", server.url) as package:
        assert package.validate().ok
    assert len(server.asked) == 2
    server.faults = {"SHA256SUMS": lambda handler, _: handler.send_error(503)}
    later = run("fetch", "--from", server.url, "-o", tmp_path / "here")
    assert (later.exit_code, "the one that this address gave before" in later.output) == (0, True), later.output
    assert _sha256(tmp_path / "here" / NAME / ZIP) == _sha256(release / ZIP)


def test_patterns_choose_files_and_verify_knows_a_part(
    server: Server, tmp_path: Path, run: Callable[..., Result]
) -> None:
    done = run("fetch", "--from", server.url, "--file", "*.csv", "--file", "schema/*", "-o", tmp_path)
    assert done.exit_code == 0, done.output
    there = tmp_path / NAME
    assert sorted(path.relative_to(there).as_posix() for path in there.rglob("*.*")) == [
        "flat.csv",
        "schema/treaties.json",
    ]
    assert run("verify", there, "--ignore-missing").exit_code == 0
    whole = run("verify", there)
    assert (whole.exit_code, f"missing  {ZIP}" in whole.output) == (1, True)
    wrong = run("fetch", "--from", server.url, "--file", "flat.xlsx")
    assert (wrong.exit_code, "has no file 'flat.xlsx'" in wrong.output) == (3, True)


@pytest.mark.parametrize("form", ["{folder}", "{uri}", "{parent}/security-treaty-provisions-{{version}}"])
def test_a_folder_is_a_mirror(form: str, release: Path, cache: Path, run: Callable[..., Result]) -> None:
    source = form.format(folder=release, uri=release.as_uri(), parent=release.parent)
    done = run("fetch", "0.1.0", "--from", source)
    assert (done.exit_code, _fetched(cache)) == (0, ["SHA256SUMS", ZIP]), done.output


def test_what_broke_off_goes_on_where_it_was(server: Server, release: Path, cache: Path) -> None:
    size = (release / ZIP).stat().st_size

    def cut_once(handler: Handler, content: bytes) -> None:
        handler.give(content, None if handler.headers.get("Range") else size // 2)

    server.faults[ZIP] = cut_once
    fetching.fetch_release("0.1.0", server.url)
    assert server.asked[1:] == [(ZIP, ""), (ZIP, f"bytes={size // 2}-")]
    assert _fetched(cache) == ["SHA256SUMS", ZIP]


def test_the_next_run_goes_on_too(server: Server, release: Path, cache: Path) -> None:
    size = (release / ZIP).stat().st_size
    server.faults[ZIP] = lambda handler, content: handler.give(content, min(size, _begin(handler) + size // 8))
    with pytest.raises(ReleaseError, match="no connection, or it broke off"):
        fetching.fetch_release("0.1.0", server.url)
    assert _fetched(cache) == []
    server.faults.clear()
    server.asked.clear()
    fetching.fetch_release("0.1.0", server.url)
    assert [(name, asked != "") for name, asked in server.asked] == [("SHA256SUMS", False), (ZIP, True)]


def test_a_full_disk_is_told_and_a_server_that_is_busy_costs_no_part(
    server: Server, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    half = (server.folder / ZIP).stat().st_size // 2
    server.faults[ZIP] = lambda handler, content: handler.give(content, half)
    with pytest.raises(ReleaseError, match="broke off"):
        fetching.fetch_release("0.1.0", server.url)
    server.faults[ZIP] = lambda handler, _: handler.send_error(503)
    with pytest.raises(ReleaseError, match="503"):
        fetching.fetch_release("0.1.0", server.url)
    assert [path.stat().st_size for path in (cache / "parts").iterdir()] == [half]
    server.faults.clear()
    with monkeypatch.context() as patch:
        patch.setattr("provisions.fetching._pieces", _fill)
        with pytest.raises(ReleaseError, match=r"cache.*No space left on device"):
            fetching.fetch_release("0.1.0", server.url)
    assert fetching.fetch_release("0.1.0", server.url).archive.is_file()


def _fill(_: object) -> Iterator[bytes]:
    yield b""
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def _begin(handler: Handler) -> int:
    return int(handler.headers.get("Range", "bytes=0-").removeprefix("bytes=").removesuffix("-"))


def test_a_server_that_knows_no_ranges_begins_anew(server: Server, cache: Path) -> None:
    tries = []

    def whole(handler: Handler, content: bytes) -> None:
        tries.append(1)
        del handler.headers["Range"]
        handler.give(content, 1000 if len(tries) == 1 else None)

    server.faults[ZIP] = whole
    fetching.fetch_release("0.1.0", server.url)
    assert _fetched(cache) == ["SHA256SUMS", ZIP]


def test_several_at_once_do_not_get_into_each_others_way(
    server: Server, release: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each would go on with the same part; those that come while one is at it begin parts of their own."""
    monkeypatch.setattr(fetching, "_TIMEOUT", (60, 60))
    together = threading.Barrier(3)

    def halve(handler: Handler, content: bytes) -> None:
        half = len(content) // 2
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(content)))
        handler.end_headers()
        handler.wfile.write(content[:half])
        together.wait(60)
        handler.wfile.write(content[half:])

    server.faults[ZIP] = halve
    with ThreadPoolExecutor(3) as pool:
        done = [each.result() for each in [pool.submit(fetching.fetch_release, "0.1.0", server.url) for _ in range(3)]]
    assert {_sha256(each.archive) for each in done} == {_sha256(release / ZIP)}
    assert server.asked.count((ZIP, "")) == 3
    assert list((cache / "parts").iterdir()) == []


def _alter(handler: Handler, content: bytes) -> None:
    handler.give(bytes([content[0] ^ 1]) + content[1:])


def _endless(handler: Handler, content: bytes) -> None:
    handler.send_response(200)
    handler.end_headers()
    for _ in range(64):
        handler.wfile.write(content)


def _swell(handler: Handler, content: bytes) -> None:
    handler.give(content * 64)


def _stall(handler: Handler, content: bytes) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", str(len(content)))
    handler.end_headers()
    handler.wfile.write(content[:1000])
    threading.Event().wait(3)


def _lie(handler: Handler, content: bytes) -> None:
    handler.give(content[: len(content) // 2])


def _swap(handler: Handler, content: bytes) -> None:
    """A part, and what should come after it from another file."""
    if [name for name, _ in handler.server.asked].count(ZIP) == 1:
        handler.give(content, 1000)
    else:
        handler.give(bytes(len(content)))


def _crawl(handler: Handler, content: bytes) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", str(len(content)))
    handler.end_headers()
    for at in range(40):
        handler.wfile.write(content[at : at + 1])
        handler.wfile.flush()
        threading.Event().wait(0.05)


def _vanish(handler: Handler, _: bytes) -> None:
    handler.close_connection = True


FAULTS = [
    (ZIP, _alter, "refused, as it is not what SHA256SUMS says"),
    (ZIP, _lie, "refused, as it is not what SHA256SUMS says"),
    (ZIP, _swap, "refused, as it is not what SHA256SUMS says"),
    (ZIP, _endless, r"refused, as it has more than \d+ bytes and the server does not say how many"),
    (ZIP, _swell, r"refused, as it has more than \d+ bytes\."),
    (ZIP, _crawl, "it took too long: .* bytes in"),
    (ZIP, _stall, "it took too long: nothing comes any more"),
    (ZIP, _vanish, "no connection, or it broke off"),
    (ZIP, lambda handler, _: handler.send_error(404), r"cannot be fetched \(HTTP status 404\)"),
    (ZIP, lambda handler, _: handler.send_error(500), r"cannot be fetched \(HTTP status 500\)"),
    (ZIP, lambda handler, _: handler.lead(f"/{ZIP}"), "it leads in a circle"),
    (ZIP, lambda handler, _: handler.lead("file:///etc/passwd"), "refused"),
    (ZIP, lambda handler, _: handler.lead("http://192.0.2.1/x.zip"), "refused, as http can be altered on the way"),
    ("SHA256SUMS", _vanish, "no connection, or it broke off"),
    ("SHA256SUMS", lambda handler, _: handler.give(b"<html>not here</html>"), "is no checksum"),
    ("SHA256SUMS", lambda handler, _: handler.give(b"\xff\n"), "not UTF-8"),
    ("SHA256SUMS", lambda handler, _: handler.give(b""), "lists no file"),
]


@pytest.mark.parametrize(("name", "fault", "message"), FAULTS)
def test_a_bad_server_leaves_nothing(
    name: str,
    fault: Callable[[Handler, bytes], None],
    message: str,
    server: Server,
    cache: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(fetching, "_PATIENCE", 0.5)
    monkeypatch.setattr(fetching, "_TIMEOUT", (1, 1))
    for limit in ("_MOST", "_MOST_UNSAID"):
        monkeypatch.setattr(fetching, limit, 32 * (server.folder / ZIP).stat().st_size)
    server.faults[name] = fault
    with pytest.raises(ReleaseError, match=message):
        fetching.fetch_release("0.1.0", server.url)
    assert _fetched(cache) == []
    server.faults.clear()
    fetching.fetch_release("0.1.0", server.url)
    assert _fetched(cache) == ["SHA256SUMS", ZIP]


@pytest.mark.parametrize(
    "name",
    ["../x.zip", "/etc/x.zip", "a/../../x.zip", "c:x.zip", "a\\x.zip", "flat.CSV", "SHA256sums", "con\x1b.zip", "x.zip. "],
)  # fmt: skip
def test_a_list_names_nothing_outside_its_folder(name: str, server: Server, cache: Path, tmp_path: Path) -> None:
    before = sorted(tmp_path.rglob("*"))
    with (server.folder / "SHA256SUMS").open("a", encoding="utf-8") as file:
        file.write(f"{'0' * 64}  {name}\n")
    with pytest.raises(ReleaseError, match=r"SHA256SUMS:4: .*refused|is no checksum"):
        fetching.fetch_release(None, server.url)
    assert [path for path in sorted(tmp_path.rglob("*")) if path.is_file()] == [p for p in before if p.is_file()]
    assert _fetched(cache) == []


def test_a_pinned_release_is_that_one_or_none(server: Server, release: Path) -> None:
    pin = _sha256(release / "SHA256SUMS")
    (release / "flat.csv").write_text("forged\n", encoding="utf-8")
    _list(release)
    with pytest.raises(ReleaseError, match="not what the SHA-256 that was given says"):
        fetching.fetch_release(None, server.url, pin)
    fetched = fetching.fetch_release(None, server.url, _sha256(release / "SHA256SUMS"), ("flat.csv",))
    assert (fetched.folder / "flat.csv").read_text("utf-8") == "forged\n"
    asked = len(server.asked)
    fetching.fetch_release(None, server.url, fetched.sha256, ("flat.csv",))
    assert len(server.asked) == asked


def test_another_version_than_asked_for_is_refused(server: Server) -> None:
    with pytest.raises(ReleaseError, match=f"this is {NAME}, not version 0.2.0"):
        fetching.fetch_release("0.2.0", server.url)


def test_a_cache_that_was_altered_is_mended(server: Server, release: Path) -> None:
    archive = fetching.fetch_release("0.1.0", server.url).archive
    archive.write_bytes(b"PK")
    assert _sha256(fetching.fetch_release("0.1.0", server.url).archive) == _sha256(release / ZIP)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--from", "http://example.org/"), "http can be altered on the way"),
        (("--from", "ftp://example.org/"), "releases come from https: or file:"),
        (("--from", "file://else/x"), "a file of another machine"),
        (("--from", "https://example.org/?x"), "has no `?`"),
        (("--from", "https://[x/"), "is no address"),
        (("--from", "https://example.org/{version}"), "which version?"),
        (("--from", "nowhere"), "there is no such file"),
        (("1.0/..", "--from", "."), "is no version"),
        (("--from", ".", "--sums", "abc"), "64 hexadecimal digits"),
    ],
)
def test_what_cannot_be_asked_is_told(
    arguments: tuple[str, ...],
    message: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    run: Callable[..., Result],
) -> None:
    monkeypatch.chdir(tmp_path)
    done = run("fetch", *arguments)
    assert (done.exit_code, message in done.output) == (3, True), done.output


def test_https_and_no_way_back_to_http(release: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "here")])
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), 1, now - dt.timedelta(1), now + dt.timedelta(1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
        .public_bytes(serialization.Encoding.PEM)
    )
    pem = tmp_path / "server.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    pem.write_bytes(private + certificate)
    (tmp_path / "trusted.pem").write_bytes(certificate)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    with _serving(release, context) as secure, _serving(release) as plain:
        with pytest.raises(ReleaseError, match="no connection"):  # nobody vouches for it
            fetching.fetch_release("0.1.0", secure.url)
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "trusted.pem"))
        secure.faults[ZIP] = lambda handler, _: handler.lead(f"{plain.url}/{ZIP}")
        with pytest.raises(ReleaseError, match="which is no https"):
            fetching.fetch_release("0.1.0", secure.url)
        assert plain.asked == []
        secure.faults.clear()
        assert fetching.fetch_release("0.1.0", secure.url).archive.is_file()


def test_other_servers_of_the_same_kind_are_followed(server: Server, release: Path) -> None:
    with _serving(release) as other:
        server.faults[ZIP] = lambda handler, _: handler.lead(f"{other.url}/{ZIP}")
        assert fetching.fetch_release("0.1.0", server.url).archive.is_file()


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A private key in OpenSSH’s form, its public one beside it."""
    path = tmp_path_factory.mktemp("keys") / "key"
    _write_key(path, ed25519.Ed25519PrivateKey.generate())
    return path


def _write_key(path: Path, private: ed25519.Ed25519PrivateKey | rsa.RSAPrivateKey) -> None:
    form = serialization.PrivateFormat.OpenSSH
    path.write_bytes(private.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption()))
    path.chmod(0o600)
    public = private.public_key().public_bytes(serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH)
    path.with_suffix(".pub").write_bytes(public + b" publisher\n")


def test_every_byte_of_every_file_counts(
    published: Release, tmp_path: Path, run: Callable[..., Result], key: Path
) -> None:
    folder = tmp_path / NAME
    shutil.copytree(published.folder, folder)
    assert run("sign", folder, "--key", key).exit_code == 0
    public = key.with_suffix(".pub")
    done = run("verify", folder, "--key", public)
    assert (done.exit_code, "signed by that key" in done.output) == (0, True), done.output
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        content = path.read_bytes()
        at = len(content) // 2
        for altered in (content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :], content[:-1], content + b"\n"):
            path.write_bytes(altered)
            done = run("verify", folder, "--key", public)
            harmless = path.name == "SHA256SUMS.sig" and altered.strip() == content.strip()
            assert done.exit_code == (0 if harmless else 1), (path, done.output)
            if not path.name.startswith("SHA256SUMS"):
                assert f"altered  {path.relative_to(folder).as_posix()}\n" in done.output
            if path.stat().st_size > 100_000:
                break  # the hash sees all bytes or none; three times for the small ones
        path.write_bytes(content)
    (folder / "more.csv").write_text("x", encoding="utf-8")
    assert "extra    more.csv" in run("verify", folder).output
    (folder / "more.csv").unlink()
    (folder / "flat.csv").unlink()
    (folder / "flat.csv").symlink_to(published.folder / "flat.csv")
    assert "link     flat.csv" in run("verify", folder).output


def test_another_key_or_none_is_told(release: Path, key: Path, tmp_path: Path, run: Callable[..., Result]) -> None:
    public = key.with_suffix(".pub")
    assert "the release is not signed" in run("verify", release, "--key", public).output
    _write_key(tmp_path / "other", ed25519.Ed25519PrivateKey.generate())
    assert run("sign", release, "--key", tmp_path / "other").exit_code == 0
    assert "is by another key" in run("verify", release, "--key", public.read_text("utf-8")).output
    again = run("sign", release, "--key", key)
    assert (again.exit_code, "another signature already" in again.output) == (3, True)
    (release / "SHA256SUMS.sig").write_text("-----BEGIN PGP SIGNATURE-----\n", encoding="utf-8")
    assert "is no signature of OpenSSH" in run("verify", release, "--key", public).output
    (release / "SHA256SUMS.sig").unlink()
    (release / "flat.csv").write_text("forged", encoding="utf-8")
    unfit = run("sign", release, "--key", key)
    assert (unfit.exit_code, "the first flat.csv (altered)" in unfit.output) == (3, True)
    _write_key(tmp_path / "rsa", rsa.generate_private_key(65537, 2048))
    _list(release)
    assert "not an Ed25519 key" in run("sign", release, "--key", tmp_path / "rsa").output
    assert "no Ed25519 public key" in run("verify", release, "--key", tmp_path / "rsa.pub").output
    assert "no private key of OpenSSH" in run("sign", release, "--key", release / "flat.csv").output
    nothing = run("verify", tmp_path)
    assert (nothing.exit_code, "no release, as there is no SHA256SUMS" in nothing.output) == (3, True)


@pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="ssh-keygen (Debian: openssh-client) is not here")
def test_openssh_checks_ours_and_we_check_its(
    release: Path, key: Path, tmp_path: Path, run: Callable[..., Result]
) -> None:
    public = key.with_suffix(".pub")
    assert run("sign", release, "--key", key).exit_code == 0
    (tmp_path / "signers").write_text(f"publisher {public.read_text('utf-8')}", encoding="utf-8")
    check = ["ssh-keygen", "-Y", "verify", "-f", str(tmp_path / "signers"), "-I", "publisher", "-n", "file"]
    with (release / "SHA256SUMS").open("rb") as sums:
        done = subprocess.run([*check, "-s", release / "SHA256SUMS.sig"], stdin=sums, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    ours = (release / "SHA256SUMS.sig").read_bytes()
    (release / "SHA256SUMS.sig").unlink()
    sign = ["ssh-keygen", "-Y", "sign", "-f", str(key), "-n"]
    subprocess.run([*sign, "file", release / "SHA256SUMS"], check=True, capture_output=True)
    assert (release / "SHA256SUMS.sig").read_bytes() == ours  # Ed25519 has no chance in it
    (release / "SHA256SUMS.sig").unlink()
    subprocess.run([*sign, "git", release / "SHA256SUMS"], check=True, capture_output=True)
    assert "was made for another purpose" in run("verify", release, "--key", public).output
