-- rule: in-force-before-signature
-- severity: error
-- table: actions
-- column: date
-- since: 0.1.0
-- message: {treaty_id} enters into force on {value}, before it was signed on {expected}.
-- hint: Check both dates against their sources; a provisional application is an action of its own kind.
--
-- A treaty cannot enter into force before it is signed or adopted. Compared are the latest day on which it can have
-- entered into force and the earliest day on which it can have been signed by anyone, so that `1992` and `1992-05-15`
-- do not clash. Where a signature has no date, nothing is compared.

SELECT f._row, f.id AS key, f.date AS value, MIN(s.date) AS expected, f.treaty_id
FROM actions f
JOIN actions s ON s.treaty_id = f.treaty_id AND s.kind IN ('signature', 'adoption')
WHERE f.kind = 'entry-into-force'
GROUP BY f._row, f.id, f.date, f.treaty_id, f.date_latest
HAVING COUNT(*) = COUNT(s.date_earliest) AND f.date_latest < MIN(s.date_earliest)
