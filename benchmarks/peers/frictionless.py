"""The yardstick of Data Packages.

peer: frictionless
needs: frictionless
largest: 1M
checks: structure, types, required, enum, pattern, bounds, primary keys and single foreign keys, from the Table Schema.
misses: row rules, days that no calendar has, the composite foreign key, quotes, physical lines.
"""

from frictionless import Package

from benchmarks.peers._tables import finish, folder

if __name__ == "__main__":
    report = Package(str(folder() / "datapackage.json")).validate(limit_errors=1_000_000)
    finish(report.stats["errors"])
