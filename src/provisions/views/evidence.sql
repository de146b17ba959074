-- view: evidence
-- title: Evidence
-- key: table_name key property
-- needs: witnesses misquotes origins settings
-- stored: yes
--
-- One row a provision, an action or a role, and a property on which a statement bears: how well it is supported, and what
-- speaks against it. Copies of one document count as one origin.
--
-- * `table_name`: The table of the thing.
-- * `key`: The thing; for a role, provision, party and role.
-- * `property`: The column that is claimed; empty for the thing as a whole.
-- * `treaty_id`: The instrument; empty for a property of a party.
-- * `supporting`: Number of statements that assert it and contradict nothing coded.
-- * `origins`: Number of independent documents among their sources.
-- * `corroborated`: `true` where these are as many as the package asks for (`corroboration` in `package.yaml`).
-- * `treaty_texts`: Number of treaty texts among them.
-- * `best_basis`: The best of them: `treaty-text`, `official-document`, `official-statement` (a speaker of a party, wherever reported), `agency`, `press`, `analysis`, `dataset`.
-- * `contradicting`: Number of statements that contradict what is coded.
-- * `qualifying`: Number of statements that hold it only in part or under a condition.
-- * `quotes_checked`: Number of supporting quotes that stand in the text that is held.
-- * `quotes_not_checkable`: Number of supporting quotes whose source is not held.
-- * `earliest`: First day on which a supporting statement was said or published.
-- * `latest`: Last such day.

WITH ranked AS (
  SELECT w.table_name, w.key, w.property, w.id, w.side, o.origin_id, r.kind,
    COALESCE(s.said_on_earliest, r.published_on_earliest) AS said,
    CASE WHEN r.kind = 'treaty-text' THEN 1 WHEN r.kind IN ('official', 'legal-reference') THEN 2
      WHEN k.party_id IS NOT NULL THEN 3 WHEN r.kind = 'news-agency' THEN 4
      WHEN r.kind IN ('newspaper', 'news', 'aggregator', 'blog', 'video') THEN 5 WHEN r.kind = 'dataset' THEN 7 ELSE 6 END AS basis,
    CASE WHEN s.quote IS NULL THEN NULL WHEN s.passage IS NULL THEN 'not-checkable' WHEN m.id IS NULL THEN 'checked' END AS quoted
  FROM witnesses w
  JOIN statements s ON s.id = w.id
  JOIN sources r ON r.id = s.source_id
  JOIN origins o ON o.id = s.source_id
  LEFT JOIN speakers k ON k.id = s.speaker_id
  LEFT JOIN misquotes m ON m.id = s.id
), counted AS (
  SELECT table_name, key, property,
    COUNT(CASE WHEN side = 'supports' THEN 1 END) AS supporting,
    COUNT(DISTINCT CASE WHEN side = 'supports' THEN origin_id END) AS origins,
    COUNT(DISTINCT CASE WHEN side = 'supports' AND kind = 'treaty-text' THEN origin_id END) AS treaty_texts,
    MIN(CASE WHEN side = 'supports' THEN basis END) AS basis,
    COUNT(CASE WHEN side = 'contradicts' THEN 1 END) AS contradicting,
    COUNT(CASE WHEN side = 'qualifies' THEN 1 END) AS qualifying,
    COUNT(CASE WHEN side = 'supports' AND quoted = 'checked' THEN 1 END) AS quotes_checked,
    COUNT(CASE WHEN side = 'supports' AND quoted = 'not-checkable' THEN 1 END) AS quotes_not_checkable,
    MIN(CASE WHEN side = 'supports' THEN said END) AS earliest,
    MAX(CASE WHEN side = 'supports' THEN said END) AS latest
  FROM ranked GROUP BY table_name, key, property
), things AS (
  SELECT 'provisions' AS table_name, id AS key, CAST(NULL AS VARCHAR(1)) AS property FROM provisions
  UNION ALL SELECT 'actions', id, NULL FROM actions
  UNION ALL SELECT 'roles', provision_id || '/' || party_id || '/' || role, NULL FROM roles
  UNION ALL SELECT table_name, key, property FROM counted WHERE property IS NOT NULL
), homes AS (
  SELECT 'provisions' AS table_name, id AS key, treaty_id FROM provisions
  UNION ALL SELECT 'actions', id, treaty_id FROM actions
  UNION ALL SELECT 'roles', r.provision_id || '/' || r.party_id || '/' || r.role, p.treaty_id FROM roles r JOIN provisions p ON p.id = r.provision_id
  UNION ALL SELECT 'treaties', id, id FROM treaties
)
SELECT t.table_name, t.key, t.property, h.treaty_id,
  COALESCE(c.supporting, 0) AS supporting, COALESCE(c.origins, 0) AS origins,
  COALESCE(c.origins, 0) >= q.corroboration AS corroborated,
  COALESCE(c.treaty_texts, 0) AS treaty_texts,
  CASE c.basis WHEN 1 THEN 'treaty-text' WHEN 2 THEN 'official-document' WHEN 3 THEN 'official-statement' WHEN 4 THEN 'agency'
    WHEN 5 THEN 'press' WHEN 6 THEN 'analysis' WHEN 7 THEN 'dataset' END AS best_basis,
  COALESCE(c.contradicting, 0) AS contradicting, COALESCE(c.qualifying, 0) AS qualifying,
  COALESCE(c.quotes_checked, 0) AS quotes_checked, COALESCE(c.quotes_not_checkable, 0) AS quotes_not_checkable,
  c.earliest, c.latest
FROM things t
CROSS JOIN settings q
LEFT JOIN homes h ON h.table_name = t.table_name AND h.key = t.key
LEFT JOIN counted c ON c.table_name = t.table_name AND c.key = t.key AND COALESCE(c.property, '') = COALESCE(t.property, '')
