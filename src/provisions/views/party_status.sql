-- view: party_status
-- title: Status of parties
-- key: treaty_id party_id
-- needs: memberships asked
--
-- One row a treaty and a party that was invited to it, signed, adopted or joined it: where the party stands on the day asked
-- for, computed from `actions`. An action counts once the last day that its date allows has passed; one that may or may
-- not have happened by then is named in `uncertain`.
--
-- * `treaty_id`: The instrument.
-- * `party_id`: The party.
-- * `as_of`: The day asked for.
-- * `status`: `invited`, `adopted`, `signed`, `ratified`, `acceded`, `in-force` (bound), `suspended`, `frozen`, `denounced` (notice given, still bound), `signature-withdrawn`, `ratification-withdrawn`, `withdrawn`, `excluded`, `ended` (the treaty ended), `succeeded` (another party took its place), `gone` (the party came to an end); `none` before all of these.
-- * `since`: Date of the action that decides.
-- * `rests_on`: The action that decides.
-- * `uncertain`: Actions of which it is not known whether they had happened by that day, separated by a space.

WITH steps AS (
  SELECT treaty_id, party_id, id AS action_id, date, date_earliest, date_latest,
    CASE kind WHEN 'invitation' THEN 'invited' WHEN 'adoption' THEN 'adopted' WHEN 'signature' THEN 'signed'
      WHEN 'ratification' THEN 'ratified' WHEN 'exchange-of-instruments' THEN 'ratified' WHEN 'accession' THEN 'acceded'
      WHEN 'succession' THEN 'acceded' WHEN 'suspension' THEN 'suspended' WHEN 'freeze' THEN 'frozen'
      WHEN 'denunciation' THEN 'denounced' WHEN 'signature-withdrawal' THEN 'signature-withdrawn'
      WHEN 'ratification-withdrawal' THEN 'ratification-withdrawn' WHEN 'withdrawal' THEN 'withdrawn'
      WHEN 'exclusion' THEN 'excluded' END AS status,
    CASE kind WHEN 'invitation' THEN 1 WHEN 'adoption' THEN 2 WHEN 'signature' THEN 2 WHEN 'ratification' THEN 3
      WHEN 'exchange-of-instruments' THEN 4 WHEN 'accession' THEN 4 WHEN 'succession' THEN 4 WHEN 'suspension' THEN 6
      WHEN 'freeze' THEN 6 WHEN 'denunciation' THEN 7 ELSE 8 END AS stage
  FROM actions
  WHERE party_id IS NOT NULL AND kind IN ('invitation', 'adoption', 'signature', 'ratification', 'exchange-of-instruments',
    'accession', 'succession', 'suspension', 'freeze', 'denunciation', 'signature-withdrawal', 'ratification-withdrawal',
    'withdrawal', 'exclusion')
  UNION ALL
  SELECT j.treaty_id, j.party_id, a.id, a.date, a.date_earliest, a.date_latest,
    CASE a.kind WHEN 'suspension' THEN 'suspended' ELSE 'ratified' END, CASE a.kind WHEN 'suspension' THEN 6 ELSE 4 END
  FROM actions a
  JOIN (SELECT DISTINCT treaty_id, party_id FROM joined WHERE party_id IS NOT NULL) j ON j.treaty_id = a.treaty_id
  WHERE a.party_id IS NULL AND a.kind IN ('exchange-of-instruments', 'suspension')
  UNION ALL
  SELECT treaty_id, party_id, began_by, bound_from, from_earliest, from_latest, 'in-force', 5 FROM memberships
  UNION ALL
  SELECT m.treaty_id, m.party_id, a.id, a.date, a.date_earliest, a.date_latest, 'in-force', 6
  FROM memberships m
  JOIN actions a ON a.treaty_id = m.treaty_id AND (a.party_id = m.party_id OR a.party_id IS NULL) AND a.kind = 'resumption'
    AND a.id <> m.began_by AND a.date_earliest >= m.from_earliest
    AND (m.to_latest IS NULL OR a.date_latest <= m.to_latest)
  UNION ALL
  SELECT a.treaty_id, a.party_id, a.id, a.date, a.date_earliest, a.date_latest, j.status, 6
  FROM actions a
  JOIN (
    SELECT treaty_id, party_id, MAX(CASE WHEN kind IN ('accession', 'succession') THEN 'acceded' ELSE 'signed' END) AS status
    FROM actions WHERE kind IN ('signature', 'adoption', 'accession', 'succession') GROUP BY treaty_id, party_id
  ) j ON j.treaty_id = a.treaty_id AND j.party_id = a.party_id
  LEFT JOIN memberships m ON m.treaty_id = a.treaty_id AND m.party_id = a.party_id
  WHERE a.kind = 'resumption' AND m.treaty_id IS NULL
  UNION ALL
  SELECT treaty_id, party_id, ended_by, bound_to, to_earliest, to_latest,
    CASE ended_how WHEN 'withdrawal' THEN 'withdrawn' WHEN 'exclusion' THEN 'excluded' WHEN 'termination' THEN 'ended'
      WHEN 'ratification-withdrawal' THEN 'ratification-withdrawn' WHEN 'succession' THEN 'succeeded' ELSE 'gone' END, 9
  FROM memberships WHERE ended_how IS NOT NULL
), timed AS (
  SELECT s.treaty_id, s.party_id, s.action_id, s.date, s.date_earliest, s.date_latest, s.status, s.stage, q.as_of,
    COALESCE(s.date_latest <= q.as_of, FALSE) AS past,
    s.date_earliest IS NULL OR (s.date_earliest <= q.as_of AND s.date_latest > q.as_of) AS doubtful
  FROM steps s
  CROSS JOIN asked q
), bound AS (
  SELECT treaty_id, party_id, as_of, MIN(date_latest) AS since
  FROM timed WHERE past AND stage = 5 GROUP BY treaty_id, party_id, as_of
), ranked AS (
  SELECT t.treaty_id, t.party_id, t.as_of, t.action_id, t.date, t.status,
    ROW_NUMBER() OVER (
      PARTITION BY t.treaty_id, t.party_id, t.as_of
      ORDER BY t.date_latest DESC, t.stage DESC, t.date_earliest DESC, t.action_id
    ) AS place
  FROM timed t
  LEFT JOIN bound b ON b.treaty_id = t.treaty_id AND b.party_id = t.party_id AND b.as_of = t.as_of
  WHERE t.past AND (t.stage >= 5 OR b.since IS NULL OR t.date_latest < b.since)
), doubts AS (
  SELECT treaty_id, party_id, as_of, array_join(array_sort(array_agg(DISTINCT action_id)), ' ') AS uncertain
  FROM timed WHERE doubtful AND action_id IS NOT NULL GROUP BY treaty_id, party_id, as_of
)
SELECT p.treaty_id, p.party_id, p.as_of, COALESCE(r.status, 'none') AS status, r.date AS since, r.action_id AS rests_on,
  d.uncertain
FROM (SELECT DISTINCT treaty_id, party_id, as_of FROM timed) p
LEFT JOIN ranked r ON r.treaty_id = p.treaty_id AND r.party_id = p.party_id AND r.as_of = p.as_of AND r.place = 1
LEFT JOIN doubts d ON d.treaty_id = p.treaty_id AND d.party_id = p.party_id AND d.as_of = p.as_of
