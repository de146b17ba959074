"""How many pledges to defend come with a duty to consult, and with clauses on nuclear weapons? From the panel to the words behind it.

    pip install provisions pandas
    python examples/pledges_by_decade.py

Prints, by decade, the dyad-years with a treaty of the package in force, and the shares of them with a pledge to defend, a
duty to consult in a crisis, and a provision on nuclear weapons; then the clauses behind the last, with what they rest on. Dyad-years whose treaties are not coded completely count only where the value is known: an empty cell is not 0.
"""

from __future__ import annotations

import sys

import provisions

with provisions.open_package(sys.argv[1] if len(sys.argv) > 1 else None) as package:
    dyads = package.derive("dyad_year", first=1950, last=2025).df()
    dyads = dyads[dyads["coverage"].isin(["coded", "partly-coded"])]
    dyads["decade"] = dyads["year"] // 10 * 10

    by_decade = dyads.groupby("decade")
    print(f"{'decade':8}{'dyad-years':>12}{'defence':>10}{'consult':>10}{'nuclear':>10}")
    for decade, group in by_decade:
        shares = (group[name].mean() for name in ("defense", "consul", "nuclear"))
        cells = "".join(f"{share:10.0%}" for share in shares)
        print(f"{decade}s   {len(group):12,}{cells}")

    print("\nThe clauses on nuclear weapons between parties rest on:")
    clauses = package.query("""
        SELECT DISTINCT t.provision_id, p.summary, e.supporting, e.origins, e.best_basis
        FROM dyad_trace t
        JOIN provisions p ON p.id = t.provision_id
        JOIN evidence e ON e.table_name = 'provisions' AND e.key = t.provision_id AND e.property IS NULL
        WHERE t.variable = 'nuclear'
        ORDER BY t.provision_id
    """).fetchall()
    for provision, summary, supporting, origins, basis in clauses:
        print(
            f"* {provision}: {summary}\n  {supporting} statements from {origins} independent documents; the best is {basis}."
        )
