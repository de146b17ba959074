"""JSON Schema (draft 7) compiled to Python, row by row.

peer: fastjsonschema
needs: fastjsonschema
largest: 10M
checks: each row against its JSON Schema, up to its first fault; `dependentRequired` is not known to draft 7.
misses: structure, days that no calendar has, every key, quotes, lines.
"""

import fastjsonschema

from benchmarks.peers._tables import finish, folder, read_tables

if __name__ == "__main__":
    found = 0
    for table in read_tables(folder()):
        schema = table.schema | {"$schema": "http://json-schema.org/draft-07/schema#"}
        validate = fastjsonschema.compile(schema)
        for row in table.instances():
            try:
                validate(row)
            except fastjsonschema.JsonSchemaValueException:
                found += 1
    finish(found)
