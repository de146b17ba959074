"""What is fuzzed: any bytes get a verdict or a `ProvisionsError`, whatever they are; every other exception is a fault of ours."""

from __future__ import annotations

import tempfile
from contextlib import suppress
from pathlib import Path

from provisions.compile import compile_table
from provisions.documents import read_json
from provisions.errors import ProvisionsError
from provisions.manifest import open_manifest
from provisions.schema import from_table_schema, read_fields, read_table

# In one input for the loader: the descriptor, this line, and the one file that there is, `t.csv`.
BORDER = b"\n---\n"


def load(data: bytes) -> None:
    """Reads a package of a descriptor and one file, to the last cell; no engine is asked."""
    descriptor, _, content = data.partition(BORDER)
    with tempfile.TemporaryDirectory() as folder, suppress(ProvisionsError):
        (Path(folder) / "datapackage.json").write_bytes(descriptor)
        (Path(folder) / "t.csv").write_bytes(content)
        for resource in open_manifest(folder).resources:
            for _ in resource.reading.rows():
                pass


def compile_schema(data: bytes) -> None:
    """Compiles a document as a JSON Schema of a row, and as a Table Schema."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "schema.json"
        path.write_bytes(data)
        with suppress(ProvisionsError):
            table = read_table("t", read_json(path))
            compile_table([table], {"t": table})
        with suppress(ProvisionsError):
            schema = read_json(path)
            fields = read_fields("t", schema, [""])
            table = read_table("t", from_table_schema("t", schema, fields))
            compile_table([table], {"t": table})


TARGETS = {"loader": load, "schemas": compile_schema}
