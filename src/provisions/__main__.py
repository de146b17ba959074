"""`python -m provisions`."""

from provisions.cli import run

run()
