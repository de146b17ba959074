-- view: party_year
-- title: Party-years
-- key: party_id year
-- needs: directed_dyad_year stays asked years absences
-- trace: dyad_trace
-- version: 1
--
-- One row a party that a treaty of this package ever bound, and a year from the first in which one did: in how many it is
-- bound, to how many others, and which pledges it gives to any of them. Pledges received are in `directed_dyad_year`.
--
-- * `party_id`: The party.
-- * `year`: The year.
-- * `coverage`: `coded`, every treaty that binds it that year with another party is coded completely, so that a 0 is an absence; `partly-coded`, at least one is not, so that an empty cell is not coded; `no-treaty`, no treaty of this package binds it with another, which does not say that none did; `not-a-state`, it was no state that year; `out-of-coverage`, the year lies outside the time that the package covers.
-- * `treaties`: Number of treaties of this package that bind it; a treaty and its amendments count once.
-- * `partners`: Number of parties to which they bind it.
-- * `defense`: 1 where a pledge to defend binds it to any of them; 0 where that is absent; empty where it is not known (see `coverage`).
-- * `offense`: 1 where a pledge to join in attack binds it to any of them; 0 where that is absent; empty where it is not known (see `coverage`).
-- * `neutral`: 1 where a pledge of neutrality binds it to any of them; 0 where that is absent; empty where it is not known (see `coverage`).
-- * `nonagg`: 1 where a pledge of non-aggression binds it to any of them; 0 where that is absent; empty where it is not known (see `coverage`).
-- * `consul`: 1 where a pledge to consult in a crisis binds it to any of them; 0 where that is absent; empty where it is not known (see `coverage`).
-- * `umbrella`: 1 where a pledge to protect by nuclear weapons binds it to any of them; 0 where that is absent; empty where it is not known (see `coverage`).
-- * `nuclear`: 1 where any provision on nuclear weapons binds it to any of them; 0 where that is absent; empty where it is not known (see `coverage`).
-- * `exercises`: 1 where any provision on joint exercises binds it to any of them; 0 where that is absent; empty where it is not known (see `coverage`).

WITH lives AS (
  SELECT s.party_id, y.year, y.covered, s.first_year
  FROM (SELECT party_id, MIN(first_year) AS first_year FROM stays GROUP BY party_id) s
  JOIN years y ON y.year >= s.first_year
), bound AS (
  SELECT s.party_id, y.year, COUNT(DISTINCT s.family) AS treaties
  FROM stays s JOIN years y ON y.year BETWEEN s.first_year AND s.last_year GROUP BY s.party_id, y.year
), given AS (
  SELECT obligor, year, COUNT(*) AS partners, MIN(CASE WHEN coverage = 'partly-coded' THEN 0 ELSE 1 END) AS complete,
    MAX(defense) AS defense, MAX(offense) AS offense, MAX(neutral) AS neutral, MAX(nonagg) AS nonagg, MAX(consul) AS consul, MAX(umbrella) AS umbrella, MAX(nuclear) AS nuclear, MAX(exercises) AS exercises
  FROM directed_dyad_year GROUP BY obligor, year
), judged AS (
  SELECT l.party_id, l.year, COALESCE(b.treaties, 0) AS treaties, COALESCE(g.partners, 0) AS partners,
    CASE WHEN l.covered = 0 THEN 'out-of-coverage' WHEN a.party_id IS NOT NULL THEN 'not-a-state'
      WHEN g.obligor IS NULL THEN 'no-treaty' WHEN g.complete = 1 THEN 'coded' ELSE 'partly-coded' END AS coverage,
    g.defense, g.offense, g.neutral, g.nonagg, g.consul, g.umbrella, g.nuclear, g.exercises
  FROM lives l
  LEFT JOIN bound b ON b.party_id = l.party_id AND b.year = l.year
  LEFT JOIN given g ON g.obligor = l.party_id AND g.year = l.year
  LEFT JOIN absences a ON a.party_id = l.party_id AND a.year = l.year
)
SELECT party_id, year, coverage, treaties, partners,
  CASE WHEN coverage = 'coded' THEN COALESCE(defense, 0) WHEN coverage = 'partly-coded' THEN defense END AS defense,
  CASE WHEN coverage = 'coded' THEN COALESCE(offense, 0) WHEN coverage = 'partly-coded' THEN offense END AS offense,
  CASE WHEN coverage = 'coded' THEN COALESCE(neutral, 0) WHEN coverage = 'partly-coded' THEN neutral END AS neutral,
  CASE WHEN coverage = 'coded' THEN COALESCE(nonagg, 0) WHEN coverage = 'partly-coded' THEN nonagg END AS nonagg,
  CASE WHEN coverage = 'coded' THEN COALESCE(consul, 0) WHEN coverage = 'partly-coded' THEN consul END AS consul,
  CASE WHEN coverage = 'coded' THEN COALESCE(umbrella, 0) WHEN coverage = 'partly-coded' THEN umbrella END AS umbrella,
  CASE WHEN coverage = 'coded' THEN COALESCE(nuclear, 0) WHEN coverage = 'partly-coded' THEN nuclear END AS nuclear,
  CASE WHEN coverage = 'coded' THEN COALESCE(exercises, 0) WHEN coverage = 'partly-coded' THEN exercises END AS exercises
FROM judged
