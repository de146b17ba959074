-- view: dyad_year
-- title: Dyad-years
-- key: party_1 party_2 year
-- needs: directed_dyad_year
-- trace: dyad_trace
-- version: 1
--
-- One row a year in which a treaty bound two parties to each other, without direction: a pledge counts when either gave it.
-- `one_sided` tells what is lost by that; `directed_dyad_year` keeps it.
--
-- * `party_1`: The party whose identifier comes first in the alphabet.
-- * `party_2`: The other.
-- * `year`: The year.
-- * `coverage`: `coded`, every treaty in force between them that year is coded completely, so that a 0 is an absence; `partly-coded`, at least one is not, so that an empty cell is not coded; `not-a-state`, one of them was no state that year by the spells of the state list; `out-of-coverage`, the year lies outside the time that the package covers. In the last two all variables are empty.
-- * `treaties`: Number of treaties in force between them; a treaty and its amendments count once.
-- * `defense`: 1 where a pledge to defend binds either to the other; 0 where that is absent; empty where it is not known (see `coverage`).
-- * `offense`: 1 where a pledge to join in attack binds either to the other; 0 where that is absent; empty where it is not known (see `coverage`).
-- * `neutral`: 1 where a pledge of neutrality binds either to the other; 0 where that is absent; empty where it is not known (see `coverage`).
-- * `nonagg`: 1 where a pledge of non-aggression binds either to the other; 0 where that is absent; empty where it is not known (see `coverage`).
-- * `consul`: 1 where a pledge to consult in a crisis binds either to the other; 0 where that is absent; empty where it is not known (see `coverage`).
-- * `umbrella`: 1 where a pledge to protect by nuclear weapons binds either to the other; 0 where that is absent; empty where it is not known (see `coverage`).
-- * `nuclear`: 1 where any provision on nuclear weapons binds either to the other; 0 where that is absent; empty where it is not known (see `coverage`).
-- * `exercises`: 1 where any provision on joint exercises binds either to the other; 0 where that is absent; empty where it is not known (see `coverage`).
-- * `one_sided`: 1 where one of ATOP’s five pledges binds one side only; 0 where all bind both or none; empty where that is not known.
-- * `cow_type`: Highest type by the definitions of the Correlates of War: `Type I`, `Type IIa`, `Type IIb`, `Type III`, `none`; empty where no higher type can be ruled out.

SELECT party_1, party_2, year, coverage, treaties, defense, offense, neutral, nonagg, consul, umbrella, nuclear, exercises, one_sided,
  CASE WHEN defense = 1 THEN 'Type I' WHEN defense IS NULL THEN NULL
    WHEN neutral = 1 THEN 'Type IIa' WHEN neutral IS NULL THEN NULL
    WHEN nonagg = 1 THEN 'Type IIb' WHEN nonagg IS NULL THEN NULL
    WHEN consul = 1 THEN 'Type III' WHEN consul = 0 THEN 'none' END AS cow_type
FROM (
  SELECT a.obligor AS party_1, a.beneficiary AS party_2, a.year, a.coverage, a.treaties,
    CASE WHEN a.defense = 1 OR b.defense = 1 THEN 1 WHEN a.defense = 0 AND b.defense = 0 THEN 0 END AS defense,
    CASE WHEN a.offense = 1 OR b.offense = 1 THEN 1 WHEN a.offense = 0 AND b.offense = 0 THEN 0 END AS offense,
    CASE WHEN a.neutral = 1 OR b.neutral = 1 THEN 1 WHEN a.neutral = 0 AND b.neutral = 0 THEN 0 END AS neutral,
    CASE WHEN a.nonagg = 1 OR b.nonagg = 1 THEN 1 WHEN a.nonagg = 0 AND b.nonagg = 0 THEN 0 END AS nonagg,
    CASE WHEN a.consul = 1 OR b.consul = 1 THEN 1 WHEN a.consul = 0 AND b.consul = 0 THEN 0 END AS consul,
    CASE WHEN a.umbrella = 1 OR b.umbrella = 1 THEN 1 WHEN a.umbrella = 0 AND b.umbrella = 0 THEN 0 END AS umbrella,
    CASE WHEN a.nuclear = 1 OR b.nuclear = 1 THEN 1 WHEN a.nuclear = 0 AND b.nuclear = 0 THEN 0 END AS nuclear,
    CASE WHEN a.exercises = 1 OR b.exercises = 1 THEN 1 WHEN a.exercises = 0 AND b.exercises = 0 THEN 0 END AS exercises,
    CASE WHEN a.defense <> b.defense OR a.offense <> b.offense OR a.neutral <> b.neutral OR a.nonagg <> b.nonagg OR a.consul <> b.consul THEN 1
      WHEN a.defense = b.defense AND a.offense = b.offense AND a.neutral = b.neutral AND a.nonagg = b.nonagg AND a.consul = b.consul THEN 0 END AS one_sided
  FROM directed_dyad_year a
  JOIN directed_dyad_year b ON b.obligor = a.beneficiary AND b.beneficiary = a.obligor AND b.year = a.year
  WHERE a.obligor < a.beneficiary
) d
