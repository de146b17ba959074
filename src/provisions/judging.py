"""Checks on cells: which are judged while a table is loaded, which are implied by a key, and which are to be listed."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from provisions.compile import cells, find_implied
from provisions.engines import FLAGS_PER_COLUMN, Plan, quote_identifier, quote_literal
from provisions.views import THINGS

if TYPE_CHECKING:
    from provisions.engines import Engine
    from provisions.manifest import Manifest, Resource
    from provisions.model import Check
    from provisions.tables import Loaded


_TOGETHER = 200  # flags of so many tables are asked for in one query; planning takes longer the more there are


@dataclass(frozen=True)
class Judging:
    """The checks of a package, ordered by when they are judged."""

    manifest: Manifest
    checks: list[Check]
    asked: frozenset[str] = frozenset()  # names that our rules use

    @cached_property
    def implied(self) -> dict[Check, tuple[Check, Check]]:
        """Checks that need no look at a cell where these two find nothing: that of its key, that of the key’s target."""
        return find_implied(self.checks)

    @cached_property
    def flagged(self) -> dict[str, list[Check]]:
        """By table, the checks that are judged while it is loaded, in the order of their flags."""
        flagged: dict[str, list[Check]] = defaultdict(list)
        for check in self.checks:
            if check.predicate and not check.atoms and check not in self.implied:
                flagged[check.table].append(check)
        return flagged

    @cached_property
    def _targets(self) -> dict[str, set[str]]:
        """By table, the columns that foreign keys lead to."""
        targets: dict[str, set[str]] = defaultdict(set)
        for key in (key for each in self.manifest.resources for schema in each.schemas for key in schema.foreign_keys):
            targets[key.to_table].update(key.to_columns)
        return targets

    @cached_property
    def _later(self) -> dict[str, str]:
        """By table, what checks on atoms ask of it."""
        later: dict[str, list[str]] = defaultdict(list)
        for check in self.checks:
            if check.atoms:
                later[check.table].append(str(check.predicate))
        return {table: " ".join(predicates) for table, predicates in later.items()}

    def plan(self, resource: Resource, *, whole: bool = False) -> Plan:
        """What to judge and to keep of a table: for its keys, for later checks, and for our rules; or all of it."""
        table = resource.table
        flags = tuple(str(check.predicate) for check in self.flagged[table.name])
        bounded = {name for name in table.names if {f"{name}_earliest", f"{name}_latest"} & self.asked}
        dates = tuple(c.name for c in table.columns if (whole and c.is_date) or c.name in bounded)
        needed = self._targets.get(table.name, set()) | self.asked
        for schema in resource.schemas:
            own = [schema.primary_key, *schema.unique_keys, *(key.columns for key in schema.foreign_keys)]
            needed.update(*own)
        later = self._later.get(table.name, "")
        everything = whole or (self.manifest.is_ours and table.name in THINGS)
        kept = (n for n in table.names if everything or n in needed or quote_identifier(n) in later)
        return Plan(tuple(kept), flags, dates)

    def failing(self, engine: Engine, loaded: Loaded) -> tuple[list[Check], set[Check]]:
        """The checks to run, narrowed to the rows where a flag is up; and those of the flags that are up nowhere.

        Few queries ask for the flags of all tables. What is implied is not among the checks to run. A check on a column
        that the file lacks has nothing to judge.
        """
        up, unsound = self._raised(engine)
        listed, fine = [], set()
        for check in self.checks:
            if check.column is not None and check.column in loaded.absent.get(check.table, ()):
                continue
            if check in up:
                listed.append(replace(check, sql=f"{check.sql} AND {up[check]}"))
            elif check.predicate and not check.atoms:
                if check.table not in unsound:
                    fine.add(check)
            else:
                # Engines plan one query with many subqueries slowly, so each check on atoms is a query by itself.
                listed.append(replace(check, sql=f"{check.sql} AND ({check.predicate})") if check.atoms else check)
        return listed, fine

    def doubtful(self, fine: set[Check]) -> list[Check]:
        """The implied checks that are to be run after all, since not both that imply them are `fine`."""
        return [
            replace(check, sql=f"{check.sql} AND ({check.predicate})")
            for check, implying in self.implied.items()
            if not fine >= set(implying)
        ]

    def _raised(self, engine: Engine) -> tuple[dict[Check, str], set[str]]:
        """The checks whose flag is up in a row, with that flag as SQL; and the tables with rows that are not sound."""
        parts = [
            f"SELECT {quote_literal(table)} AS table_name, {start} AS first, "
            f"BIT_OR(_flags{start // FLAGS_PER_COLUMN}) AS bits, MAX(CASE WHEN _sound THEN 0 ELSE 1 END) AS unsound "
            f"FROM {cells(table)}"
            for table, checks in self.flagged.items()
            for start in range(0, len(checks), FLAGS_PER_COLUMN)
        ]
        rows = [row for few in _by(_TOGETHER, parts) for row in engine.rows(" UNION ALL ".join(few))]
        up = {
            check: Plan.flag(row["first"] + n)
            for row in rows
            for n, check in enumerate(self.flagged[row["table_name"]][row["first"] : row["first"] + FLAGS_PER_COLUMN])
            if (row["bits"] or 0) >> n & 1
        }
        return up, {row["table_name"] for row in rows if row["unsound"]}


def _by(size: int, items: list[str]) -> list[list[str]]:
    return [items[start : start + size] for start in range(0, len(items), size)]
