"""JSON Schema in Python, row by row.

peer: jsonschema
needs: jsonschema
largest: 100k
checks: each row against its JSON Schema, row rules included.
misses: structure, days that no calendar has, every key, quotes, lines.
"""

from jsonschema import Draft202012Validator

from benchmarks.peers._tables import finish, folder, read_tables

if __name__ == "__main__":
    found = 0
    for table in read_tables(folder()):
        validator = Draft202012Validator(table.schema)
        found += sum(1 for row in table.instances() for _ in validator.iter_errors(row))
    finish(found)
