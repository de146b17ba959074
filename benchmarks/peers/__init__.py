"""One adapter a peer: a program that is given the folder of a package and checks as much of it as the peer can.

Its docstring is its entry in the table: `peer`, `needs` (the requirement in peers.txt or package.json), `largest` (size
up to which it is run), `checks`, `misses`. It prints what it found and exits with 0 (nothing) or 1.
"""
