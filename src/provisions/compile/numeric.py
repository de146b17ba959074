"""Numbers compared exactly, whatever their length: in SQL where both sides are short, in Python where they are not.

Two decimals of at most 15 digits are equal, or one is less, exactly as their nearest DOUBLEs are; integers of at most
18 digits fit into BIGINT. All others become atoms.
"""

from __future__ import annotations

import operator
from decimal import Decimal, localcontext
from typing import TYPE_CHECKING

from provisions.engines import quote_literal

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from provisions.compile.instance import Instance

SHAPES = {"integer": r"\A[+-]?[0-9]+\z", "number": r"\A[+-]?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]{1,3})?\z"}
_WITHOUT_EXPONENT = r"\A[+-]?[0-9]+(\.[0-9]+)?\z"
_WHOLE = r"\A[+-]?[0-9]+(\.0+)?\z"
_OPERATORS: dict[str, Callable[[Decimal, Decimal], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def readable(instance: Instance) -> str:
    """SQL: the cell has the form of its column’s type."""
    if instance.type == "boolean":
        return f"as_boolean({instance.cell}) IS NOT NULL"
    if instance.type in SHAPES:
        return f"matches({instance.cell}, {quote_literal(SHAPES[instance.type])})"
    return "TRUE"


def exactly(number: float, instance: Instance) -> Decimal:
    """A number of a schema as it was written. Raises `SchemaError` for one too large to be read."""
    value = Decimal(number) if isinstance(number, int) else Decimal(repr(number))
    return value if value.is_finite() else instance.refuse("a number in it is too large to be compared")


def compares(instance: Instance, sign: str, bound: Decimal) -> str:
    """SQL: the cell is a number, and the comparison with the bound is true."""
    compare = _OPERATORS[sign]
    return _decide(
        instance,
        lambda cast, plain: f"{cast} {sign} {plain}" if plain else None,
        [bound],
        f"{sign} {bound}",
        lambda value: compare(value, bound),
    )


def equals_one_of(instance: Instance, members: Sequence[Decimal]) -> str:
    """SQL: the cell is a number equal to one of these."""
    wanted = set(members)
    return _decide(
        instance,
        lambda cast, plain: f"{cast} = {plain}" if plain else "FALSE",
        members,
        f"= {' '.join(sorted(map(str, members)))}",
        lambda value: value in wanted,
    )


def is_whole(instance: Instance) -> str:
    """SQL: the cell is a number without a fraction, as `1.0` and `1e2` are."""
    cell = instance.cell
    other = instance.atom(
        "is whole",
        f"{readable(instance)} AND NOT matches({cell}, {quote_literal(_WITHOUT_EXPONENT)})",
        lambda text: is_multiple(Decimal(text), Decimal(1)),
    )
    return f"(matches({cell}, {quote_literal(_WHOLE)}) OR {other})"


def is_multiple_of(instance: Instance, divisor: Decimal) -> str:
    """SQL: the cell is a multiple of the divisor; true for a cell that is no number."""
    cell = instance.cell
    quick = "FALSE"
    if divisor == divisor.to_integral_value() and divisor < 10**18:
        quick = f"as_integer({cell}) IS NOT NULL"
    other = instance.atom(
        f"is no multiple of {divisor}",
        f"{readable(instance)} AND NOT ({quick})",
        lambda text: not is_multiple(Decimal(text), divisor),
    )
    if quick == "FALSE":
        return f"NOT {other}"
    return f"CASE WHEN {quick} THEN as_integer({cell}) % {int(divisor)} = 0 ELSE NOT {other} END"


def is_multiple(value: Decimal, divisor: Decimal) -> bool:
    """Whether a number is a multiple of another, with as many digits as that takes."""
    with localcontext() as context:
        context.prec = max(1, value.adjusted() - divisor.adjusted() + 2) + len(value.as_tuple().digits) + 400
        return value % divisor == 0


def _decide(
    instance: Instance,
    in_sql: Callable[[str, str], str | None],
    numbers: Sequence[Decimal],
    words: str,
    holds: Callable[[Decimal], bool],
) -> str:
    """SQL that compares short cells with short numbers itself, and leaves the rest to an atom of `holds`."""
    cell = instance.cell
    if instance.type == "integer" and all(number == number.to_integral_value() for number in numbers):
        digits, cast = 18, f"as_integer({cell})"
        short = f"{cast} IS NOT NULL"
        literals = [str(int(number)) for number in numbers]
    else:
        digits, cast = 15, f"as_number({cell})"
        shape = _WITHOUT_EXPONENT if instance.type == "number" else SHAPES["integer"]
        short = f"code_points({cell}) <= {digits} AND matches({cell}, {quote_literal(shape)})"
        literals = [f"as_number({quote_literal(format(number, 'f'))})" for number in numbers]
    fits = [sum(map(str.isdigit, format(number, "f"))) <= digits for number in numbers]
    tests = [in_sql(cast, literal if fit else "") for literal, fit in zip(literals, fits, strict=True)]
    asked = readable(instance) if None in tests else f"{readable(instance)} AND NOT ({short})"
    other = instance.atom(words, asked, lambda text: holds(Decimal(text)))
    if None in tests:
        return other
    return f"CASE WHEN {short} THEN {' OR '.join(str(test) for test in tests)} ELSE {other} END"
