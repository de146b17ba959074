-- view: atop_trace
-- title: ATOP codings, each with what it rests on
-- key: treaty_id party_id variable
-- needs: atop_found codings witnessed parts
-- version: 1
--
-- One row a treaty, or a treaty and a party that joined it, and an ATOP variable: its value and the provisions behind it.
-- A value is the highest code that a provision gives it through `crosswalk` (see the rule of the view `codings`); for a
-- party, of the provisions that bind it. `active`, `conditio`, `defcon`, `offcon`, `neucon` and `concon` are the highest of
-- their parts, as in ATOP’s own files.
--
-- * `treaty_id`: The instrument.
-- * `party_id`: The party; empty for the treaty as a whole.
-- * `variable`: Name of the variable in ATOP 4.01.
-- * `value`: Its code; empty where it cannot be told.
-- * `state`: `coded` by the provisions named; `absent`, a true 0, because the treaty is coded completely and none of its provisions counts; `undecided`, because only a reader can say whether a provision counts; `not-coded`, because the treaty is not coded completely.
-- * `provisions`: The provisions that give the value, or that a reader must judge, separated by a space.
-- * `rests_on`: The column that gives the value, where it is no provision.
-- * `statements`: The statements that support those provisions, separated by a space.
-- * `quotes`: Their quotes, separated by `|`.
-- * `why`: The state in words.

WITH components AS (
  SELECT * FROM (VALUES
    ('active', 'defense'), ('active', 'offense'),
    ('defcon', 'defcoadv'), ('defcon', 'defcoloc'), ('defcon', 'defcocon'), ('defcon', 'defconum'), ('defcon', 'defcodem'), ('defcon', 'defconpr'),
    ('offcon', 'offcoadv'), ('offcon', 'offcoloc'), ('offcon', 'offcocon'), ('offcon', 'offconum'), ('offcon', 'offcodem'),
    ('neucon', 'neucoadv'), ('neucon', 'neucoloc'), ('neucon', 'neucocon'), ('neucon', 'neuconum'), ('neucon', 'neucodem'), ('neucon', 'neuconpr'), ('neucon', 'neucoatt'),
    ('concon', 'concoadv'), ('concon', 'concoloc'), ('concon', 'concocon'), ('concon', 'concoreq')
  ) AS t(whole, part)
), wholes AS (
  SELECT whole, part FROM components
  UNION ALL SELECT 'conditio', part FROM components WHERE whole <> 'active'
  UNION ALL SELECT 'conditio', 'olimob'
), decidable AS (
  SELECT DISTINCT variable FROM crosswalk
  WHERE scheme = 'atop' AND condition IS NULL AND match IN ('exact', 'close', 'narrow')
    AND variable NOT IN (SELECT whole FROM wholes)
  UNION SELECT 'length' UNION SELECT 'speclgth' UNION SELECT 'proren' UNION SELECT 'pubsecr' UNION SELECT 'estmode'
), doubtful AS (
  SELECT p.treaty_id, r.party_id, x.variable, p.id AS provision_id
  FROM provisions p
  JOIN crosswalk x ON x.category_id = p.category_id AND x.scheme = 'atop'
    AND (x.condition IS NOT NULL OR x.match NOT IN ('exact', 'close', 'narrow'))
    AND (x.modality IS NULL OR contains_text(' ' || x.modality || ' ', ' ' || p.modality || ' '))
  LEFT JOIN parts r ON r.provision_id = p.id AND r.role = 'obligor'
), subjects AS (
  SELECT id AS treaty_id, CAST(NULL AS VARCHAR(1)) AS party_id, coding FROM treaties
  UNION ALL
  SELECT j.treaty_id, j.party_id, t.coding FROM joined j JOIN treaties t ON t.id = j.treaty_id WHERE j.party_id IS NOT NULL
), hits AS (
  SELECT treaty_id, CAST(NULL AS VARCHAR(1)) AS party_id, variable, value, provision_id, rests_on FROM atop_found
  UNION ALL
  SELECT treaty_id, party_id, variable, value, provision_id, rests_on FROM atop_found WHERE party_id IS NOT NULL
  UNION ALL
  SELECT f.treaty_id, j.party_id, f.variable, f.value, f.provision_id, f.rests_on
  FROM atop_found f JOIN joined j ON j.treaty_id = f.treaty_id AND j.party_id IS NOT NULL
  WHERE f.party_id IS NULL
), coded AS (
  SELECT d.treaty_id, COALESCE(d.party_id, '') AS party, d.variable, MAX(d.value) AS value,
    NULLIF(array_join(array_sort(array_agg(d.provision_id)), ' '), '') AS provisions,
    MAX(d.rests_on) AS rests_on,
    NULLIF(array_join(array_sort(array_agg(s.statements)), ' '), '') AS statements,
    NULLIF(array_join(array_sort(array_agg(s.quotes)), ' | '), '') AS quotes
  FROM (SELECT DISTINCT treaty_id, party_id, variable, value, provision_id, rests_on FROM hits) d
  LEFT JOIN witnessed s ON s.provision_id = d.provision_id
  GROUP BY d.treaty_id, COALESCE(d.party_id, ''), d.variable
), doubts AS (
  SELECT treaty_id, party, variable, array_join(array_sort(array_agg(DISTINCT provision_id)), ' ') AS provisions
  FROM (
    SELECT treaty_id, COALESCE(party_id, '') AS party, variable, provision_id FROM doubtful
    UNION ALL SELECT treaty_id, '', variable, provision_id FROM doubtful WHERE party_id IS NOT NULL
  ) u GROUP BY treaty_id, party, variable
), cells AS (
  SELECT s.treaty_id, s.party_id, v.variable,
    CASE WHEN c.variable IS NOT NULL THEN c.value WHEN s.coding = 'complete' AND d.variable IS NULL THEN 0 END AS value,
    CASE WHEN c.variable IS NOT NULL THEN 'coded' WHEN d.variable IS NOT NULL THEN 'undecided'
      WHEN s.coding = 'complete' THEN 'absent' ELSE 'not-coded' END AS state,
    COALESCE(c.provisions, d.provisions) AS provisions, c.rests_on, c.statements, c.quotes
  FROM subjects s
  CROSS JOIN decidable v
  LEFT JOIN coded c ON c.treaty_id = s.treaty_id AND c.party = COALESCE(s.party_id, '') AND c.variable = v.variable
  LEFT JOIN doubts d ON d.treaty_id = s.treaty_id AND d.party = COALESCE(s.party_id, '') AND d.variable = v.variable
), composed AS (
  SELECT c.treaty_id, c.party_id, w.whole AS variable,
    CASE WHEN MAX(c.value) > 0 THEN 1 WHEN COUNT(c.value) = COUNT(*) THEN 0 END AS value,
    CASE WHEN MAX(c.value) > 0 THEN 'coded' WHEN COUNT(c.value) = COUNT(*) THEN 'absent'
      WHEN MAX(CASE WHEN c.state = 'not-coded' THEN 1 ELSE 0 END) = 1 THEN 'not-coded' ELSE 'undecided' END AS state,
    array_join(array_sort(array_agg(CASE WHEN c.value > 0 THEN c.variable END)), ' ') AS of_parts
  FROM cells c
  JOIN wholes w ON w.part = c.variable
  GROUP BY c.treaty_id, c.party_id, w.whole
)
SELECT treaty_id, party_id, variable, value, state, provisions, rests_on, statements, quotes,
  CASE state
    WHEN 'coded' THEN COALESCE('given by ' || COALESCE(provisions, rests_on), 'given')
    WHEN 'absent' THEN 'coded completely, and no provision counts'
    WHEN 'undecided' THEN 'a reader must say whether it counts: ' || provisions
    ELSE 'not coded completely' END AS why
FROM cells
UNION ALL
SELECT treaty_id, party_id, variable, value, state, NULL, NULLIF(of_parts, ''), NULL, NULL,
  CASE state WHEN 'coded' THEN 'follows from ' || of_parts WHEN 'absent' THEN 'all its parts are 0'
    WHEN 'undecided' THEN 'a reader must decide one of its parts' ELSE 'not coded completely' END
FROM composed
