"""Signatures over the checksums of a release, in the form of OpenSSH: `ssh-keygen -Y` checks ours and writes what we check.

OpenSSH comes with every system, its keys are kept by most who program, and no service is asked. Keys are Ed25519 alone. The
form is that of PROTOCOL.sshsig in the sources of OpenSSH; the namespace is `file`.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
import re
import struct
import tempfile
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path

from provisions.checksums import SIGNATURE, find_differences, read_list, read_sums
from provisions.errors import ReleaseError
from provisions.layout import count
from provisions.publication.assets import SUMS

NAMESPACE = "file"
_MAGIC = b"SSHSIG"
_KIND = b"ssh-ed25519"
_HASHES = {b"sha256": hashlib.sha256, b"sha512": hashlib.sha512}
_ARMOUR = re.compile(rb"\s*-----BEGIN SSH SIGNATURE-----\r?\n([A-Za-z0-9+/=\r\n]+)-----END SSH SIGNATURE-----\s*")
_KEY = re.compile(r"\bssh-ed25519\s+([A-Za-z0-9+/=]{68})(?:\s|$)")
_MOST = 1 << 20  # bytes of a key or a signature


def sign_release(folder: Path, key: Path) -> Path:
    """Signs the checksums of a release with a private key, once all its files are found to be as they say.

    Returns the file that was written, `SHA256SUMS.sig`. Raises `ReleaseError`, also where another signature is there.
    """
    _need_cryptography()
    content = read_list(folder)
    if differences := find_differences(folder, read_sums(content, str(folder / SUMS))):
        first = differences[0]
        raise ReleaseError(
            f"{folder}: not signed; {count(len(differences), 'file')} not as {SUMS} says, the first {first.name} ({first.kind})."
        )
    signature = sign(content, _read(key), str(key))
    path = folder / SIGNATURE
    if path.exists() and _read(path) != signature:
        raise ReleaseError(f"{path}: there is another signature already; delete it if it is to be replaced.")
    try:
        _write(path, signature)
    except OSError as error:
        raise ReleaseError(f"{path}: cannot be written ({error.strerror or error}).") from error
    return path


def sign(content: bytes, private: bytes, shown: str) -> bytes:
    """The signature of some bytes, armoured, by an Ed25519 key in OpenSSH’s form. Raises `ReleaseError`; `shown` names the key."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_ssh_private_key

    try:
        key = load_ssh_private_key(private, None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise ReleaseError(
            f"{shown}: no private key of OpenSSH that can be read ({error}). If it has a passphrase, or is held by an agent, "
            f"`ssh-keygen -Y sign -n {NAMESPACE} -f {shown} {SUMS}` writes the same signature."
        ) from error
    if not isinstance(key, Ed25519PrivateKey):
        raise ReleaseError(f"{shown}: not an Ed25519 key; `ssh-keygen -t ed25519` makes one.")
    public = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    signature = key.sign(_signed(content, b"sha512"))
    blob = (
        _MAGIC
        + struct.pack(">I", 1)
        + b"".join(
            _string(part)
            for part in (
                _string(_KIND) + _string(public),
                NAMESPACE.encode(),
                b"",
                b"sha512",
                _string(_KIND) + _string(signature),
            )
        )
    )
    text = base64.b64encode(blob)
    lines = [text[at : at + 70] for at in range(0, len(text), 70)]
    return b"\n".join([b"-----BEGIN SSH SIGNATURE-----", *lines, b"-----END SSH SIGNATURE-----", b""])


def read_keys(text: str) -> list[bytes]:
    """The Ed25519 public keys in a text of OpenSSH’s: `.pub`, `authorized_keys`, `allowed_signers`; 32 bytes each."""
    keys = []
    for line in text.splitlines():
        if line.lstrip().startswith("#"):
            continue
        for match in _KEY.finditer(line):
            with suppress(binascii.Error, ValueError):
                kind, key = _split(base64.b64decode(match[1], validate=True), 2)
                if kind == _KIND and len(key) == 32:
                    keys.append(key)
    return keys


def check_signature(folder: Path, content: bytes, trusted: str) -> str:
    """Why the bytes of the list of a release are not to be trusted; empty if one of the keys has signed them.

    `trusted` is the file of the public keys, or a key itself, `ssh-ed25519 AAAA…`. Raises `ReleaseError` where it holds none.
    """
    _need_cryptography()
    keys = read_keys(trusted) if trusted.startswith("ssh-") else _read_key_file(Path(trusted))
    if not keys:
        raise ReleaseError(f"{trusted[:200]}: no Ed25519 public key; it should hold `ssh-ed25519 AAAA…`.")
    path = folder / SIGNATURE
    if not path.is_file():
        return f"{SIGNATURE} is missing: the release is not signed"
    return _find_fault(content, _read(path), keys)


def _find_fault(content: bytes, armoured: bytes, keys: list[bytes]) -> str:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        match = _ARMOUR.fullmatch(armoured)
        blob = base64.b64decode(re.sub(rb"[\r\n]", b"", match[1]), validate=True) if match else b""
        if not blob.startswith(_MAGIC + struct.pack(">I", 1)):
            return f"{SIGNATURE} is no signature of OpenSSH"
        public, namespace, _, algorithm, signed = _split(blob[len(_MAGIC) + 4 :], 5)
        kind, key = _split(public, 2)
        signing, signature = _split(signed, 2)
    except (binascii.Error, ValueError):
        return f"{SIGNATURE} is no whole signature of OpenSSH"
    if kind != _KIND or signing != _KIND or algorithm not in _HASHES:
        return f"{SIGNATURE} is not by an Ed25519 key"
    if namespace != NAMESPACE.encode():
        return f"{SIGNATURE} was made for another purpose than `{NAMESPACE}`"
    if key not in keys:
        return f"{SIGNATURE} is by another key"
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, _signed(content, algorithm))
    except (InvalidSignature, ValueError):
        return f"{SIGNATURE} does not fit {SUMS}: one of them was altered"
    return ""


def _signed(content: bytes, algorithm: bytes) -> bytes:
    """What a signature is over."""
    parts = (NAMESPACE.encode(), b"", algorithm, _HASHES[algorithm](content).digest())
    return _MAGIC + b"".join(map(_string, parts))


def _string(content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + content


def _split(blob: bytes, parts: int) -> list[bytes]:
    """So many strings of SSH, and nothing else. Raises `ValueError`."""
    found = []
    for _ in range(parts):
        if len(blob) < 4 or len(blob) < 4 + (size := struct.unpack(">I", blob[:4])[0]):
            raise ValueError("too short")
        found.append(blob[4 : 4 + size])
        blob = blob[4 + size :]
    if blob:
        raise ValueError("too long")
    return found


def _read_key_file(path: Path) -> list[bytes]:
    return read_keys(_read(path).decode("utf-8", errors="replace"))


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(_MOST)
    except (OSError, ValueError) as error:
        raise ReleaseError(f"{path}: cannot be read ({getattr(error, 'strerror', None) or error}).") from error


def _write(path: Path, content: bytes) -> None:
    handle, beside = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(beside).chmod(0o644)
        Path(beside).replace(path)
    finally:
        Path(beside).unlink(missing_ok=True)


def _need_cryptography() -> None:
    if find_spec("cryptography") is None:
        raise ReleaseError("Signatures need cryptography, which this Python lacks: pip install 'provisions[sign]'")
