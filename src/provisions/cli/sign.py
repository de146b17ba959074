"""`provisions sign`: signs the checksums of a release."""

from __future__ import annotations

from pathlib import Path

import click


@click.command(
    "sign",
    short_help="Sign a release with a key of OpenSSH.",
    epilog="Example: provisions sign dist/security-treaty-provisions-0.1.0 --key ~/.ssh/id_ed25519",
)
@click.argument("release", type=click.Path(path_type=Path))
@click.option("--key", type=click.Path(path_type=Path), required=True, help="Private key, Ed25519, of OpenSSH.")
def command(release: Path, key: Path) -> None:
    """Signs SHA256SUMS of the folder RELEASE, once all its files are found to be as it says, and writes SHA256SUMS.sig
    beside it: what `ssh-keygen -Y sign -n file` writes, and `ssh-keygen -Y verify` checks.
    """
    from provisions.signing import sign_release

    click.echo(f"{sign_release(release, key)}")
