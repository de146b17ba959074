"""`provisions verify`: whether a release is as it was published."""

from __future__ import annotations

import hashlib
from pathlib import Path

import click

from provisions.cli._options import progress


@click.command(
    "verify",
    short_help="Hold a release against its checksums and signature.",
    epilog="Example: provisions verify dist/security-treaty-provisions-0.1.0 --key publisher.pub",
)
@click.argument("release", type=click.Path(path_type=Path))
@click.option("--key", help="Public key that must have signed it, `ssh-ed25519 AAAA…`, or a file of such keys.")
@click.option("--ignore-missing", is_flag=True, help="Some files may not be there: only a part was downloaded.")
@click.pass_context
def command(ctx: click.Context, release: Path, key: str | None, ignore_missing: bool) -> None:
    """Checks the signature over SHA256SUMS of the folder RELEASE, then every byte of every file, and tells what is missing,
    extra or altered. Exit code 0: all is as published; 1: it is not; 3: it cannot be told. Without --key, the checksums
    only show that the files fit each other, not whose they are.
    """
    from provisions.checksums import find_differences, read_list, read_sums
    from provisions.layout import clean, count
    from provisions.publication.assets import SUMS
    from provisions.signing import check_signature

    content = read_list(release)
    if key is not None and (fault := check_signature(release, content, key)):
        click.echo(f"{release}: {fault}.")
        ctx.exit(1)
    sums = read_sums(content, str(release / SUMS))
    with progress("Verifying"):
        differences = find_differences(release, sums, partial=ignore_missing)
    for difference in differences:
        click.echo(f"{difference.kind:8} {clean(difference.name)}")
    if differences:
        click.echo(f"{count(len(differences), 'file')} not as published.")
        ctx.exit(1)
    signed = "signed by that key" if key is not None else "signature not checked, as no --key was given"
    click.echo(f"{release}: {count(len(sums), 'file')} as published; {signed}.")
    click.echo(f"SHA256SUMS  sha256 {hashlib.sha256(content).hexdigest()}")
