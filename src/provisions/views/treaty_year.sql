-- view: treaty_year
-- title: Treaty-years
-- key: treaty_id year
-- needs: stays asked years pledges cow_type
-- version: 1
--
-- One row a treaty and a year in which it bound a party on any day: how many, and which pledges it holds.
--
-- * `treaty_id`: The instrument.
-- * `year`: The year.
-- * `coverage`: `coded` completely, so that a 0 is an absence; `partly-coded`, so that an empty cell is not coded; `out-of-coverage`, the year lies outside the time that the package covers.
-- * `parties`: Number of parties that it bound.
-- * `defense`: 1 where it holds a pledge to defend; 0 where that is absent; empty where it is not known (see `coverage`).
-- * `offense`: 1 where it holds a pledge to join in attack; 0 where that is absent; empty where it is not known (see `coverage`).
-- * `neutral`: 1 where it holds a pledge of neutrality; 0 where that is absent; empty where it is not known (see `coverage`).
-- * `nonagg`: 1 where it holds a pledge of non-aggression; 0 where that is absent; empty where it is not known (see `coverage`).
-- * `consul`: 1 where it holds a pledge to consult in a crisis; 0 where that is absent; empty where it is not known (see `coverage`).
-- * `umbrella`: 1 where it holds a pledge to protect by nuclear weapons; 0 where that is absent; empty where it is not known (see `coverage`).
-- * `nuclear`: 1 where it holds any provision on nuclear weapons; 0 where that is absent; empty where it is not known (see `coverage`).
-- * `exercises`: 1 where it holds any provision on joint exercises; 0 where that is absent; empty where it is not known (see `coverage`).
-- * `cow_type`: Its type by the definitions of the Correlates of War, as in `cow_type`.

WITH bound AS (
  SELECT s.treaty_id, s.coding, y.year, y.covered, COUNT(DISTINCT s.party_id) AS parties
  FROM stays s JOIN years y ON y.year BETWEEN s.first_year AND s.last_year
  GROUP BY s.treaty_id, s.coding, y.year, y.covered
), held AS (
  SELECT treaty_id,
    MAX(CASE WHEN variable = 'defense' THEN 1 END) AS defense,
    MAX(CASE WHEN variable = 'offense' THEN 1 END) AS offense,
    MAX(CASE WHEN variable = 'neutral' THEN 1 END) AS neutral,
    MAX(CASE WHEN variable = 'nonagg' THEN 1 END) AS nonagg,
    MAX(CASE WHEN variable = 'consul' THEN 1 END) AS consul,
    MAX(CASE WHEN variable = 'umbrella' THEN 1 END) AS umbrella,
    MAX(CASE WHEN variable = 'nuclear' THEN 1 END) AS nuclear,
    MAX(CASE WHEN variable = 'exercises' THEN 1 END) AS exercises
  FROM pledges GROUP BY treaty_id
), judged AS (
  SELECT b.treaty_id, b.year, b.parties,
    CASE WHEN b.covered = 0 THEN 'out-of-coverage' WHEN b.coding = 'complete' THEN 'coded' ELSE 'partly-coded' END AS coverage,
    h.defense, h.offense, h.neutral, h.nonagg, h.consul, h.umbrella, h.nuclear, h.exercises, c.type
  FROM bound b
  LEFT JOIN held h ON h.treaty_id = b.treaty_id
  LEFT JOIN cow_type c ON c.treaty_id = b.treaty_id
)
SELECT treaty_id, year, coverage, parties,
  CASE WHEN coverage = 'coded' THEN COALESCE(defense, 0) WHEN coverage = 'partly-coded' THEN defense END AS defense,
  CASE WHEN coverage = 'coded' THEN COALESCE(offense, 0) WHEN coverage = 'partly-coded' THEN offense END AS offense,
  CASE WHEN coverage = 'coded' THEN COALESCE(neutral, 0) WHEN coverage = 'partly-coded' THEN neutral END AS neutral,
  CASE WHEN coverage = 'coded' THEN COALESCE(nonagg, 0) WHEN coverage = 'partly-coded' THEN nonagg END AS nonagg,
  CASE WHEN coverage = 'coded' THEN COALESCE(consul, 0) WHEN coverage = 'partly-coded' THEN consul END AS consul,
  CASE WHEN coverage = 'coded' THEN COALESCE(umbrella, 0) WHEN coverage = 'partly-coded' THEN umbrella END AS umbrella,
  CASE WHEN coverage = 'coded' THEN COALESCE(nuclear, 0) WHEN coverage = 'partly-coded' THEN nuclear END AS nuclear,
  CASE WHEN coverage = 'coded' THEN COALESCE(exercises, 0) WHEN coverage = 'partly-coded' THEN exercises END AS exercises,
  CASE WHEN coverage <> 'out-of-coverage' THEN type END AS cow_type
FROM judged
