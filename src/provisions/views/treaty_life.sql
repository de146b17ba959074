-- view: treaty_life
-- stored: yes
--
-- One row a treaty with actions: when it was signed or adopted first, and when it was terminated last, as written; and
-- the earliest day of the one and the latest of the other, empty where any such action has no date.

SELECT treaty_id,
  MIN(CASE WHEN kind IN ('signature', 'adoption') THEN date END) AS signed,
  CASE WHEN MAX(CASE WHEN kind IN ('signature', 'adoption') AND date_earliest IS NULL THEN 1 ELSE 0 END) = 0
       THEN MIN(CASE WHEN kind IN ('signature', 'adoption') THEN date_earliest END) END AS signed_earliest,
  MAX(CASE WHEN kind = 'termination' THEN date END) AS ended,
  CASE WHEN MAX(CASE WHEN kind = 'termination' AND date_latest IS NULL THEN 1 ELSE 0 END) = 0
       THEN MAX(CASE WHEN kind = 'termination' THEN date_latest END) END AS ended_latest
FROM actions
WHERE kind IN ('signature', 'adoption', 'termination')
GROUP BY treaty_id
