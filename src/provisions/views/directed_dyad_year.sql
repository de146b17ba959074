-- view: directed_dyad_year
-- title: Directed dyad-years
-- key: obligor beneficiary year
-- needs: stays asked years absences pledges
-- trace: dyad_trace
-- version: 1
--
-- One row a year in which a treaty bound two parties to each other, and a direction: what the first is bound to towards the
-- second. A year counts when both were bound on any day of it. Years are those asked for; without asking, all up to the end
-- of the time that the package covers. A dyad-year without a row has no treaty of this package in force, which does not
-- say that it had none.
--
-- * `obligor`: The party that is bound.
-- * `beneficiary`: The party to which it is bound.
-- * `year`: The year.
-- * `coverage`: `coded`, every treaty in force between them that year is coded completely, so that a 0 is an absence; `partly-coded`, at least one is not, so that an empty cell is not coded; `not-a-state`, one of them was no state that year by the spells of the state list; `out-of-coverage`, the year lies outside the time that the package covers. In the last two all variables are empty.
-- * `treaties`: Number of treaties in force between them; a treaty and its amendments count once.
-- * `defense`: 1 where a pledge to defend binds the first to the second; 0 where that is absent; empty where it is not known (see `coverage`).
-- * `offense`: 1 where a pledge to join in attack binds the first to the second; 0 where that is absent; empty where it is not known (see `coverage`).
-- * `neutral`: 1 where a pledge of neutrality binds the first to the second; 0 where that is absent; empty where it is not known (see `coverage`).
-- * `nonagg`: 1 where a pledge of non-aggression binds the first to the second; 0 where that is absent; empty where it is not known (see `coverage`).
-- * `consul`: 1 where a pledge to consult in a crisis binds the first to the second; 0 where that is absent; empty where it is not known (see `coverage`).
-- * `umbrella`: 1 where a pledge to protect by nuclear weapons binds the first to the second; 0 where that is absent; empty where it is not known (see `coverage`).
-- * `nuclear`: 1 where any provision on nuclear weapons binds the first to the second; 0 where that is absent; empty where it is not known (see `coverage`).
-- * `exercises`: 1 where any provision on joint exercises binds the first to the second; 0 where that is absent; empty where it is not known (see `coverage`).

WITH met AS (
  SELECT a.party_id AS obligor, b.party_id AS beneficiary, a.treaty_id, b.treaty_id AS other_id, a.family, a.coding,
    GREATEST(a.first_year, b.first_year) AS first_year, LEAST(a.last_year, b.last_year) AS last_year
  FROM stays a
  JOIN stays b ON b.family = a.family AND b.party_id <> a.party_id
    AND b.first_year <= a.last_year AND a.first_year <= b.last_year
), pledged AS (
  SELECT m.obligor, m.beneficiary, m.treaty_id, m.other_id,
    MAX(CASE WHEN p.variable = 'defense' THEN 1 END) AS defense,
    MAX(CASE WHEN p.variable = 'offense' THEN 1 END) AS offense,
    MAX(CASE WHEN p.variable = 'neutral' THEN 1 END) AS neutral,
    MAX(CASE WHEN p.variable = 'nonagg' THEN 1 END) AS nonagg,
    MAX(CASE WHEN p.variable = 'consul' THEN 1 END) AS consul,
    MAX(CASE WHEN p.variable = 'umbrella' THEN 1 END) AS umbrella,
    MAX(CASE WHEN p.variable = 'nuclear' THEN 1 END) AS nuclear,
    MAX(CASE WHEN p.variable = 'exercises' THEN 1 END) AS exercises
  FROM (SELECT DISTINCT obligor, beneficiary, treaty_id, other_id FROM met) m
  JOIN pledges p ON p.treaty_id = m.treaty_id AND p.obligor = m.obligor
    AND (p.beneficiary = m.beneficiary OR p.beneficiary IS NULL OR m.other_id <> m.treaty_id)
  GROUP BY m.obligor, m.beneficiary, m.treaty_id, m.other_id
), by_year AS (
  SELECT m.obligor, m.beneficiary, y.year, y.covered, COUNT(DISTINCT m.family) AS treaties,
    MIN(CASE WHEN m.coding = 'complete' THEN 1 ELSE 0 END) AS complete,
    MAX(p.defense) AS defense, MAX(p.offense) AS offense, MAX(p.neutral) AS neutral, MAX(p.nonagg) AS nonagg, MAX(p.consul) AS consul, MAX(p.umbrella) AS umbrella, MAX(p.nuclear) AS nuclear, MAX(p.exercises) AS exercises
  FROM met m
  JOIN years y ON y.year BETWEEN m.first_year AND m.last_year
  LEFT JOIN pledged p ON p.obligor = m.obligor AND p.beneficiary = m.beneficiary AND p.treaty_id = m.treaty_id
    AND p.other_id = m.other_id
  GROUP BY m.obligor, m.beneficiary, y.year, y.covered
), judged AS (
  SELECT d.obligor, d.beneficiary, d.year, d.treaties,
    CASE WHEN d.covered = 0 THEN 'out-of-coverage'
      WHEN a.party_id IS NOT NULL OR b.party_id IS NOT NULL THEN 'not-a-state'
      WHEN d.complete = 1 THEN 'coded' ELSE 'partly-coded' END AS coverage,
    d.defense, d.offense, d.neutral, d.nonagg, d.consul, d.umbrella, d.nuclear, d.exercises
  FROM by_year d
  LEFT JOIN absences a ON a.party_id = d.obligor AND a.year = d.year
  LEFT JOIN absences b ON b.party_id = d.beneficiary AND b.year = d.year
)
SELECT obligor, beneficiary, year, coverage, treaties,
  CASE WHEN coverage = 'coded' THEN COALESCE(defense, 0) WHEN coverage = 'partly-coded' THEN defense END AS defense,
  CASE WHEN coverage = 'coded' THEN COALESCE(offense, 0) WHEN coverage = 'partly-coded' THEN offense END AS offense,
  CASE WHEN coverage = 'coded' THEN COALESCE(neutral, 0) WHEN coverage = 'partly-coded' THEN neutral END AS neutral,
  CASE WHEN coverage = 'coded' THEN COALESCE(nonagg, 0) WHEN coverage = 'partly-coded' THEN nonagg END AS nonagg,
  CASE WHEN coverage = 'coded' THEN COALESCE(consul, 0) WHEN coverage = 'partly-coded' THEN consul END AS consul,
  CASE WHEN coverage = 'coded' THEN COALESCE(umbrella, 0) WHEN coverage = 'partly-coded' THEN umbrella END AS umbrella,
  CASE WHEN coverage = 'coded' THEN COALESCE(nuclear, 0) WHEN coverage = 'partly-coded' THEN nuclear END AS nuclear,
  CASE WHEN coverage = 'coded' THEN COALESCE(exercises, 0) WHEN coverage = 'partly-coded' THEN exercises END AS exercises
FROM judged
