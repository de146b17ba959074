-- view: treaty_status
-- title: Status of treaties
-- key: treaty_id
-- needs: memberships party_status asked
--
-- One row a treaty: where it stands on the day asked for, computed from `actions`, and who is bound by it then.
--
-- * `treaty_id`: The instrument.
-- * `as_of`: The day asked for.
-- * `status`: `announced` (made known, negotiated or authorised), `adopted`, `signed`, `in-force` (it binds a party), `suspended` (by all together), `ended` (terminated, or it binds nobody any more); `none` before all of these.
-- * `since`: Date of the action that decides.
-- * `rests_on`: The action that decides.
-- * `signed_by`: Parties that have signed, adopted or joined it by then, separated by a space.
-- * `ratified_by`: Parties that have ratified it or joined it by then, separated by a space.
-- * `binds`: Parties that it binds then, separated by a space.
-- * `uncertain`: Actions of which it is not known whether they had happened by that day, separated by a space.

WITH steps AS (
  SELECT treaty_id, id AS action_id, kind, date, date_earliest, date_latest,
    CASE kind WHEN 'adoption' THEN 'adopted' WHEN 'signature' THEN 'signed' WHEN 'termination' THEN 'ended'
      WHEN 'suspension' THEN 'suspended' WHEN 'resumption' THEN 'in-force' ELSE 'announced' END AS status,
    CASE kind WHEN 'adoption' THEN 1 WHEN 'signature' THEN 2 WHEN 'suspension' THEN 4 WHEN 'resumption' THEN 4
      WHEN 'termination' THEN 6 ELSE 0 END AS stage
  FROM actions
  WHERE kind IN ('announcement', 'negotiation', 'authorisation', 'adoption', 'signature')
    OR (party_id IS NULL AND kind IN ('suspension', 'resumption', 'termination'))
  UNION ALL
  SELECT treaty_id, began_by, 'begins', bound_from, from_earliest, from_latest, 'in-force', 3 FROM memberships
  UNION ALL
  SELECT m.treaty_id, m.ended_by, 'ends', m.bound_to, m.to_earliest, m.to_latest, 'ended', 5
  FROM memberships m
  JOIN (
    SELECT treaty_id, MAX(to_latest) AS last FROM memberships GROUP BY treaty_id HAVING COUNT(*) = COUNT(to_latest)
  ) l ON l.treaty_id = m.treaty_id AND l.last = m.to_latest
), timed AS (
  SELECT s.treaty_id, s.action_id, s.date, s.date_earliest, s.date_latest, s.status, s.stage, q.as_of,
    COALESCE(s.date_latest <= q.as_of, FALSE) AS past,
    s.date_earliest IS NULL OR (s.date_earliest <= q.as_of AND s.date_latest > q.as_of) AS doubtful
  FROM steps s
  CROSS JOIN asked q
), furthest AS (
  SELECT treaty_id, as_of, MAX(stage) AS stage FROM timed WHERE past GROUP BY treaty_id, as_of
), ranked AS (
  SELECT t.treaty_id, t.as_of, t.action_id, t.date, t.status,
    ROW_NUMBER() OVER (
      PARTITION BY t.treaty_id, t.as_of
      ORDER BY CASE WHEN t.stage >= 4 THEN t.date_latest END DESC NULLS LAST, t.stage DESC, t.date_latest, t.action_id
    ) AS place
  FROM timed t
  JOIN furthest f ON f.treaty_id = t.treaty_id AND f.as_of = t.as_of
  WHERE t.past AND (t.stage = f.stage OR (f.stage >= 4 AND t.stage >= 3))
), doubts AS (
  SELECT treaty_id, as_of, array_join(array_sort(array_agg(DISTINCT action_id)), ' ') AS uncertain
  FROM timed WHERE doubtful AND action_id IS NOT NULL GROUP BY treaty_id, as_of
), acted AS (
  SELECT a.treaty_id, q.as_of,
    NULLIF(array_join(array_sort(array_agg(DISTINCT CASE WHEN a.kind IN ('signature', 'adoption', 'accession', 'succession') THEN a.party_id END)), ' '), '') AS signed_by,
    NULLIF(array_join(array_sort(array_agg(DISTINCT CASE WHEN a.kind IN ('ratification', 'exchange-of-instruments', 'accession', 'succession') THEN a.party_id END)), ' '), '') AS ratified_by
  FROM actions a
  CROSS JOIN asked q
  WHERE a.date_latest <= q.as_of
  GROUP BY a.treaty_id, q.as_of
), bound AS (
  SELECT treaty_id, as_of, array_join(array_sort(array_agg(party_id)), ' ') AS binds
  FROM party_status WHERE status IN ('in-force', 'suspended', 'frozen', 'denounced') GROUP BY treaty_id, as_of
)
SELECT t.id AS treaty_id, q.as_of, COALESCE(r.status, 'none') AS status, r.date AS since, r.action_id AS rests_on,
  a.signed_by, a.ratified_by, b.binds, d.uncertain
FROM treaties t
CROSS JOIN asked q
LEFT JOIN ranked r ON r.treaty_id = t.id AND r.as_of = q.as_of AND r.place = 1
LEFT JOIN acted a ON a.treaty_id = t.id AND a.as_of = q.as_of
LEFT JOIN bound b ON b.treaty_id = t.id AND b.as_of = q.as_of
LEFT JOIN doubts d ON d.treaty_id = t.id AND d.as_of = q.as_of
