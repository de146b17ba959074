-- rule: stale-waiver
-- severity: error
-- table: waivers
-- column: key
-- since: 0.1.0
-- message: The waiver accepts a finding of {waived_rule} on {waived_table} “{value}” that is no longer found.
-- hint: Delete the waiver.
--
-- A waiver accepts one finding, with a reason. Where the finding is gone – the data was mended, the row renamed, the rule
-- changed – the waiver would silently cover the next fault of that kind, so it must go too.

SELECT w._row, w.rule || '/' || w."table" || '/' || w.key AS key, w.key AS value, w.rule AS waived_rule, w."table" AS waived_table
FROM waivers w
LEFT JOIN waived f ON f.rule = w.rule AND f.table_name = w."table" AND f.key = w.key
WHERE f.rule IS NULL
