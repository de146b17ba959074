-- view: turns
--
-- One row a date on which a treaty began (`opens` = 1) or ceased (0) to bind a party, with the action that did it. It
-- begins with the party’s own entry into force or provisional application; else with that of the treaty, or with the
-- party’s later accession, succession or ratification; else, for what takes effect at once (a unilateral or joint act, a
-- declaration, a working arrangement), with signature or adoption; and, after the party had left, with a resumption. It ceases with withdrawal,
-- exclusion or a withdrawn ratification, with the end of the treaty, and with the end or the replacement of the party.

WITH own AS (
  SELECT treaty_id, party_id, id, kind, date, date_earliest, date_latest FROM actions WHERE party_id IS NOT NULL
), shared AS (
  SELECT treaty_id, id, kind, date, date_earliest, date_latest FROM actions WHERE party_id IS NULL
), joining AS (
  SELECT treaty_id, party_id, kind, id, date, date_earliest, date_latest,
    ROW_NUMBER() OVER (
      PARTITION BY treaty_id, party_id
      ORDER BY CASE WHEN kind IN ('signature', 'adoption') THEN 0 ELSE 1 END, date_earliest NULLS LAST, id
    ) AS place
  FROM own WHERE kind IN ('signature', 'adoption', 'accession', 'succession')
), first_force AS (
  SELECT treaty_id, id, date, date_earliest, date_latest,
    ROW_NUMBER() OVER (PARTITION BY treaty_id ORDER BY date_earliest NULLS LAST, id) AS place
  FROM shared WHERE kind IN ('entry-into-force', 'provisional-application')
), own_force AS (
  SELECT DISTINCT treaty_id, party_id FROM own WHERE kind IN ('entry-into-force', 'provisional-application')
), late AS (
  SELECT o.treaty_id, o.party_id, o.id, o.date, o.date_earliest, o.date_latest,
    ROW_NUMBER() OVER (
      PARTITION BY o.treaty_id, o.party_id
      ORDER BY CASE o.kind WHEN 'accession' THEN 0 WHEN 'succession' THEN 0 WHEN 'exchange-of-instruments' THEN 1 WHEN 'ratification' THEN 2 ELSE 3 END,
        o.date_earliest, o.id
    ) AS place
  FROM own o
  JOIN first_force f ON f.treaty_id = o.treaty_id AND f.place = 1
  WHERE o.kind IN ('accession', 'succession', 'exchange-of-instruments', 'ratification', 'signature', 'adoption')
    AND o.date_earliest > f.date_latest
)
SELECT treaty_id, party_id, 1 AS opens, id AS action_id, kind, date, date_earliest, date_latest
FROM own WHERE kind IN ('entry-into-force', 'provisional-application', 'resumption')
UNION ALL
SELECT j.treaty_id, j.party_id, 1, COALESCE(l.id, f.id), 'entry-into-force', COALESCE(l.date, f.date),
  COALESCE(l.date_earliest, f.date_earliest), COALESCE(l.date_latest, f.date_latest)
FROM joining j
JOIN first_force f ON f.treaty_id = j.treaty_id AND f.place = 1
LEFT JOIN late l ON l.treaty_id = j.treaty_id AND l.party_id = j.party_id AND l.place = 1
LEFT JOIN own_force o ON o.treaty_id = j.treaty_id AND o.party_id = j.party_id
WHERE j.place = 1 AND o.treaty_id IS NULL
UNION ALL
SELECT j.treaty_id, j.party_id, 1, j.id, j.kind, j.date, j.date_earliest, j.date_latest
FROM joining j
JOIN treaties t ON t.id = j.treaty_id
LEFT JOIN first_force f ON f.treaty_id = j.treaty_id
LEFT JOIN own_force o ON o.treaty_id = j.treaty_id AND o.party_id = j.party_id
WHERE j.place = 1 AND f.treaty_id IS NULL AND o.treaty_id IS NULL
  AND t.instrument IN ('unilateral-act', 'joint-act', 'joint-declaration', 'working-arrangement')
UNION ALL
SELECT treaty_id, party_id, 0, id, kind, date, date_earliest, date_latest
FROM own WHERE kind IN ('withdrawal', 'exclusion', 'ratification-withdrawal', 'termination')
UNION ALL
SELECT j.treaty_id, j.party_id, 0, s.id, s.kind, s.date, s.date_earliest, s.date_latest
FROM joining j
JOIN shared s ON s.treaty_id = j.treaty_id AND s.kind = 'termination'
WHERE j.place = 1
UNION ALL
SELECT j.treaty_id, j.party_id, 0, o.id, o.kind, o.date, o.date_earliest, o.date_latest
FROM joining j
JOIN parties q ON q.succeeds_id = j.party_id
JOIN own o ON o.treaty_id = j.treaty_id AND o.party_id = q.id AND o.kind = 'succession'
WHERE j.place = 1
UNION ALL
SELECT j.treaty_id, j.party_id, 0, NULL, 'end-of-party', p."end", p.end_earliest, p.end_latest
FROM joining j
JOIN parties p ON p.id = j.party_id
WHERE j.place = 1 AND p."end" IS NOT NULL
