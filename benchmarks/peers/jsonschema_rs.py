"""JSON Schema in Rust, row by row from Python.

peer: jsonschema-rs
needs: jsonschema-rs
largest: 10M
checks: each row against its JSON Schema, row rules included.
misses: structure, days that no calendar has, every key, quotes, lines.
"""

from jsonschema_rs import Draft202012Validator

from benchmarks.peers._tables import finish, folder, read_tables

if __name__ == "__main__":
    found = 0
    for table in read_tables(folder()):
        is_valid = Draft202012Validator(table.schema).is_valid
        found += sum(not is_valid(row) for row in table.instances())
    finish(found)
