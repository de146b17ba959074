"""The CSV library of comparative linguistics, on top of csvw; the package as a generic data set.

peer: pycldf
needs: pycldf
largest: 10k
checks: types, required, enum, pattern, bounds, primary keys, single foreign keys.
misses: row rules, the composite foreign key, days that no calendar has, quotes; a ragged row ends the run.
"""

import logging

from pycldf import Dataset

from benchmarks.peers._csvw import write_metadata
from benchmarks.peers._tables import finish, folder

if __name__ == "__main__":
    log = logging.getLogger("benchmark")
    log.addHandler(logging.NullHandler())
    log.propagate = False
    dataset = Dataset.from_metadata(write_metadata(folder()))
    finish(0 if dataset.validate(log=log) else 1)
