"""CSV on the Web.

peer: csvw
needs: csvw
largest: 10k
checks: types, required, enum, pattern, bounds, primary keys, single foreign keys.
misses: row rules, the composite foreign key, days that no calendar has, quotes; a ragged row ends the run.
"""

import logging

from csvw import TableGroup

from benchmarks.peers._csvw import write_metadata
from benchmarks.peers._tables import finish, folder


class Count(logging.Handler):
    """Counts what is logged: the library logs a fault, or raises where it is given no log."""

    found = 0

    def emit(self, record: logging.LogRecord) -> None:
        """One more."""
        self.found += 1


if __name__ == "__main__":
    count = Count()
    log = logging.getLogger("benchmark")
    log.addHandler(count)
    log.propagate = False
    group = TableGroup.from_file(write_metadata(folder()))
    for table in group.tables:
        for _ in table.iterdicts(log=log):
            pass
        table.check_primary_key(log=log)
    group.check_referential_integrity(log=log)
    finish(count.found)
