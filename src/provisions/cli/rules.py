"""`provisions rules`: what is checked, and why."""

from __future__ import annotations

import click

from provisions.cli._options import format_option, to_json, write


@click.command(
    "rules", short_help="List the rules, or explain one.", epilog="Example: provisions rules quote-not-in-source"
)
@click.argument("name", required=False)
@format_option("text", "json")
def command(name: str | None, form: str) -> None:
    """Lists the cross-reference rules; with NAME, explains one and how to mend what it finds."""
    from provisions.errors import NotFoundError
    from provisions.hints import did_you_mean
    from provisions.pages.rules import write_made_rule, write_rule, write_rules
    from provisions.rules import MADE, read_examples, read_rules

    rules = {rule.name: rule for rule in read_rules()}
    if name and ("/" in name or name in MADE):
        write(write_made_rule(name, MADE))
        return
    if name and name not in rules:
        raise NotFoundError(f"There is no rule {name!r}. {did_you_mean(name, list(rules))}".strip())
    chosen = [rules[name]] if name else list(rules.values())
    if form == "json":
        fields = ("rule", "severity", "table", "column", "message", "hint", "sql")
        write(
            to_json(
                [
                    {key: getattr(rule.check, key) for key in fields} | {"since": rule.since, "prose": rule.prose}
                    for rule in chosen
                ]
            )
        )
    else:
        write(write_rule(chosen[0], read_examples(chosen[0].name)) if name else write_rules(chosen))
