-- view: atop_member
-- title: ATOP pledges, one row a treaty and member
-- key: treaty_id party_id
-- needs: atop_trace
-- trace: atop_trace
-- version: 1
--
-- One row a treaty and a party that joined it, with the pledges of that party and their conditions, in the names and codes
-- of the ATOP 4.01 member file. Empty cells as in `atop`; when the party was bound is in `memberships`.
--
-- * `treaty_id`: The instrument.
-- * `party_id`: The party.
-- * `defense`: Pledge to defend.
-- * `offense`: Pledge to join in attack.
-- * `neutral`: Pledge of neutrality.
-- * `nonagg`: Pledge of non-aggression.
-- * `consul`: Pledge to consult in a crisis.
-- * `active`: Pledge to defend or to join in attack.
-- * `conditio`: A pledge is conditional.
-- * `defcon`: Code of the ATOP variable of that name.
-- * `offcon`: Code of the ATOP variable of that name.
-- * `neucon`: Code of the ATOP variable of that name.
-- * `concon`: Code of the ATOP variable of that name.
-- * `defcoadv`: Code of the ATOP variable of that name.
-- * `defcoloc`: Code of the ATOP variable of that name.
-- * `defcocon`: Code of the ATOP variable of that name.
-- * `defconum`: Code of the ATOP variable of that name.
-- * `defcodem`: Code of the ATOP variable of that name.
-- * `defconpr`: Code of the ATOP variable of that name.
-- * `offcoadv`: Code of the ATOP variable of that name.
-- * `offcoloc`: Code of the ATOP variable of that name.
-- * `offcocon`: Code of the ATOP variable of that name.
-- * `offconum`: Code of the ATOP variable of that name.
-- * `offcodem`: Code of the ATOP variable of that name.
-- * `neucoadv`: Code of the ATOP variable of that name.
-- * `neucoloc`: Code of the ATOP variable of that name.
-- * `neucocon`: Code of the ATOP variable of that name.
-- * `neuconum`: Code of the ATOP variable of that name.
-- * `neucodem`: Code of the ATOP variable of that name.
-- * `neuconpr`: Code of the ATOP variable of that name.
-- * `neucoatt`: Code of the ATOP variable of that name.
-- * `concoadv`: Code of the ATOP variable of that name.
-- * `concoloc`: Code of the ATOP variable of that name.
-- * `concocon`: Code of the ATOP variable of that name.
-- * `concoreq`: Code of the ATOP variable of that name.
-- * `olimob`: Code of the ATOP variable of that name.

SELECT treaty_id, party_id,
  MAX(CASE WHEN variable = 'defense' THEN value END) AS defense,
  MAX(CASE WHEN variable = 'offense' THEN value END) AS offense,
  MAX(CASE WHEN variable = 'neutral' THEN value END) AS neutral,
  MAX(CASE WHEN variable = 'nonagg' THEN value END) AS nonagg,
  MAX(CASE WHEN variable = 'consul' THEN value END) AS consul,
  MAX(CASE WHEN variable = 'active' THEN value END) AS active,
  MAX(CASE WHEN variable = 'conditio' THEN value END) AS conditio,
  MAX(CASE WHEN variable = 'defcon' THEN value END) AS defcon,
  MAX(CASE WHEN variable = 'offcon' THEN value END) AS offcon,
  MAX(CASE WHEN variable = 'neucon' THEN value END) AS neucon,
  MAX(CASE WHEN variable = 'concon' THEN value END) AS concon,
  MAX(CASE WHEN variable = 'defcoadv' THEN value END) AS defcoadv,
  MAX(CASE WHEN variable = 'defcoloc' THEN value END) AS defcoloc,
  MAX(CASE WHEN variable = 'defcocon' THEN value END) AS defcocon,
  MAX(CASE WHEN variable = 'defconum' THEN value END) AS defconum,
  MAX(CASE WHEN variable = 'defcodem' THEN value END) AS defcodem,
  MAX(CASE WHEN variable = 'defconpr' THEN value END) AS defconpr,
  MAX(CASE WHEN variable = 'offcoadv' THEN value END) AS offcoadv,
  MAX(CASE WHEN variable = 'offcoloc' THEN value END) AS offcoloc,
  MAX(CASE WHEN variable = 'offcocon' THEN value END) AS offcocon,
  MAX(CASE WHEN variable = 'offconum' THEN value END) AS offconum,
  MAX(CASE WHEN variable = 'offcodem' THEN value END) AS offcodem,
  MAX(CASE WHEN variable = 'neucoadv' THEN value END) AS neucoadv,
  MAX(CASE WHEN variable = 'neucoloc' THEN value END) AS neucoloc,
  MAX(CASE WHEN variable = 'neucocon' THEN value END) AS neucocon,
  MAX(CASE WHEN variable = 'neuconum' THEN value END) AS neuconum,
  MAX(CASE WHEN variable = 'neucodem' THEN value END) AS neucodem,
  MAX(CASE WHEN variable = 'neuconpr' THEN value END) AS neuconpr,
  MAX(CASE WHEN variable = 'neucoatt' THEN value END) AS neucoatt,
  MAX(CASE WHEN variable = 'concoadv' THEN value END) AS concoadv,
  MAX(CASE WHEN variable = 'concoloc' THEN value END) AS concoloc,
  MAX(CASE WHEN variable = 'concocon' THEN value END) AS concocon,
  MAX(CASE WHEN variable = 'concoreq' THEN value END) AS concoreq,
  MAX(CASE WHEN variable = 'olimob' THEN value END) AS olimob
FROM atop_trace WHERE party_id IS NOT NULL GROUP BY treaty_id, party_id
