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

SELECT f._row, f.id AS key, f.date AS value, l.signed AS expected, f.treaty_id
FROM actions f
JOIN treaty_life l ON l.treaty_id = f.treaty_id
WHERE f.kind = 'entry-into-force' AND f.date_latest < l.signed_earliest
