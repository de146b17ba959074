-- view: atop
-- title: ATOP codings, one row a treaty
-- key: treaty_id
-- needs: atop_trace
-- trace: atop_trace
-- version: 1
--
-- One row a treaty with the variables of the ATOP 4.01 alliance file that follow from its provisions, in ATOP’s names and
-- codes. An empty cell is not 0: it was not coded, or only a reader can decide it; `atop_trace` says which, and names the
-- provisions behind every value. `milinst` is the index of Leeds and Anac (2005): 2 for common planning, integrated
-- command or foreign bases, 1 for peacetime contact, training, technology or both kinds of aid, subordination of forces,
-- contributions or a military organ, else 0.
--
-- * `treaty_id`: The instrument.
-- * `atopid`: Its number in ATOP, where `identifiers` has one.
-- * `members`: Number of parties that joined it.
-- * `bilat`: 1 where there are two.
-- * `milinst`: Institutionalisation, 0 to 2.
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
-- * `asymm`: 1 where the members’ five pledges differ (ATOP’s own coding also weighs other obligations).
-- * `notaiden`: Code of the ATOP variable of that name.
-- * `dipaid`: Code of the ATOP variable of that name.
-- * `terrres`: Code of the ATOP variable of that name.
-- * `seppeace`: Code of the ATOP variable of that name.
-- * `thirdcom`: Code of the ATOP variable of that name.
-- * `noothall`: Code of the ATOP variable of that name.
-- * `specthrt`: Code of the ATOP variable of that name.
-- * `conwtin`: Code of the ATOP variable of that name.
-- * `medarb`: Code of the ATOP variable of that name.
-- * `milcon`: Military contact: 1 in war, 2 in peace, 3 common policy or planning.
-- * `milaid`: Military aid: 1 unspecified, 2 funds, 3 training or technology, 4 both.
-- * `intcom`: Code of the ATOP variable of that name.
-- * `subord`: Subordination of forces; 1 where ATOP tells 1 and 2 apart.
-- * `organ1`: Code of the ATOP variable of that name.
-- * `orgpurp1`: Code of the ATOP variable of that name.
-- * `organ2`: Code of the ATOP variable of that name.
-- * `orgpurp2`: Code of the ATOP variable of that name.
-- * `base`: Foreign bases; 1 where ATOP tells 1 to 3 apart.
-- * `contrib`: Code of the ATOP variable of that name.
-- * `armred`: Code of the ATOP variable of that name.
-- * `acqterr`: Code of the ATOP variable of that name.
-- * `divgains`: Code of the ATOP variable of that name.
-- * `demwith`: Code of the ATOP variable of that name.
-- * `reflnun`: Code of the ATOP variable of that name.
-- * `refothio`: Code of the ATOP variable of that name.
-- * `natrefal`: Code of the ATOP variable of that name.
-- * `compag`: Code of the ATOP variable of that name.
-- * `nomicoop`: Code of the ATOP variable of that name.
-- * `conres`: Code of the ATOP variable of that name.
-- * `agprois`: Code of the ATOP variable of that name.
-- * `conmen`: Code of the ATOP variable of that name.
-- * `ecaid`: Code of the ATOP variable of that name.
-- * `interv`: Code of the ATOP variable of that name.
-- * `estmode`: 1 for an instrument of treaty form.
-- * `pubsecr`: 0 public, 1 partly secret, 2 secret.
-- * `secrart`: Code of the ATOP variable of that name.
-- * `proadd`: Code of the ATOP variable of that name.
-- * `futmem`: Code of the ATOP variable of that name.
-- * `speclgth`: 1 where a term is stated.
-- * `length`: Length of the first term in months; 0 for none stated.
-- * `renounce`: Withdrawal: 1 allowed, 2 prohibited, 3 conditional.
-- * `proren`: Renewal: 1 by agreement, 2 automatic.
-- * `renewlgt`: Code of the ATOP variable of that name.

WITH wide AS (
  SELECT treaty_id,
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
    MAX(CASE WHEN variable = 'olimob' THEN value END) AS olimob,
    MAX(CASE WHEN variable = 'asymm' THEN value END) AS asymm,
    MAX(CASE WHEN variable = 'notaiden' THEN value END) AS notaiden,
    MAX(CASE WHEN variable = 'dipaid' THEN value END) AS dipaid,
    MAX(CASE WHEN variable = 'terrres' THEN value END) AS terrres,
    MAX(CASE WHEN variable = 'seppeace' THEN value END) AS seppeace,
    MAX(CASE WHEN variable = 'thirdcom' THEN value END) AS thirdcom,
    MAX(CASE WHEN variable = 'noothall' THEN value END) AS noothall,
    MAX(CASE WHEN variable = 'specthrt' THEN value END) AS specthrt,
    MAX(CASE WHEN variable = 'conwtin' THEN value END) AS conwtin,
    MAX(CASE WHEN variable = 'medarb' THEN value END) AS medarb,
    MAX(CASE WHEN variable = 'milcon' THEN value END) AS milcon,
    MAX(CASE WHEN variable = 'milaid' THEN value END) AS milaid,
    MAX(CASE WHEN variable = 'intcom' THEN value END) AS intcom,
    MAX(CASE WHEN variable = 'subord' THEN value END) AS subord,
    MAX(CASE WHEN variable = 'organ1' THEN value END) AS organ1,
    MAX(CASE WHEN variable = 'orgpurp1' THEN value END) AS orgpurp1,
    MAX(CASE WHEN variable = 'organ2' THEN value END) AS organ2,
    MAX(CASE WHEN variable = 'orgpurp2' THEN value END) AS orgpurp2,
    MAX(CASE WHEN variable = 'base' THEN value END) AS base,
    MAX(CASE WHEN variable = 'contrib' THEN value END) AS contrib,
    MAX(CASE WHEN variable = 'armred' THEN value END) AS armred,
    MAX(CASE WHEN variable = 'acqterr' THEN value END) AS acqterr,
    MAX(CASE WHEN variable = 'divgains' THEN value END) AS divgains,
    MAX(CASE WHEN variable = 'demwith' THEN value END) AS demwith,
    MAX(CASE WHEN variable = 'reflnun' THEN value END) AS reflnun,
    MAX(CASE WHEN variable = 'refothio' THEN value END) AS refothio,
    MAX(CASE WHEN variable = 'natrefal' THEN value END) AS natrefal,
    MAX(CASE WHEN variable = 'compag' THEN value END) AS compag,
    MAX(CASE WHEN variable = 'nomicoop' THEN value END) AS nomicoop,
    MAX(CASE WHEN variable = 'conres' THEN value END) AS conres,
    MAX(CASE WHEN variable = 'agprois' THEN value END) AS agprois,
    MAX(CASE WHEN variable = 'conmen' THEN value END) AS conmen,
    MAX(CASE WHEN variable = 'ecaid' THEN value END) AS ecaid,
    MAX(CASE WHEN variable = 'interv' THEN value END) AS interv,
    MAX(CASE WHEN variable = 'estmode' THEN value END) AS estmode,
    MAX(CASE WHEN variable = 'pubsecr' THEN value END) AS pubsecr,
    MAX(CASE WHEN variable = 'secrart' THEN value END) AS secrart,
    MAX(CASE WHEN variable = 'proadd' THEN value END) AS proadd,
    MAX(CASE WHEN variable = 'futmem' THEN value END) AS futmem,
    MAX(CASE WHEN variable = 'speclgth' THEN value END) AS speclgth,
    MAX(CASE WHEN variable = 'length' THEN value END) AS length,
    MAX(CASE WHEN variable = 'renounce' THEN value END) AS renounce,
    MAX(CASE WHEN variable = 'proren' THEN value END) AS proren,
    MAX(CASE WHEN variable = 'renewlgt' THEN value END) AS renewlgt
  FROM atop_trace WHERE party_id IS NULL GROUP BY treaty_id
), pledges AS (
  SELECT treaty_id, party_id,
    MAX(CASE WHEN variable = 'defense' THEN value END) AS defense,
    MAX(CASE WHEN variable = 'offense' THEN value END) AS offense,
    MAX(CASE WHEN variable = 'neutral' THEN value END) AS neutral,
    MAX(CASE WHEN variable = 'nonagg' THEN value END) AS nonagg,
    MAX(CASE WHEN variable = 'consul' THEN value END) AS consul
  FROM atop_trace WHERE party_id IS NOT NULL GROUP BY treaty_id, party_id
), differing AS (
  SELECT treaty_id, COUNT(*) AS members,
    CASE WHEN MAX(defense) > MIN(defense) OR MAX(offense) > MIN(offense) OR MAX(neutral) > MIN(neutral)
        OR MAX(nonagg) > MIN(nonagg) OR MAX(consul) > MIN(consul) THEN 1
      WHEN COUNT(defense) = COUNT(*) AND COUNT(offense) = COUNT(*) AND COUNT(neutral) = COUNT(*)
        AND COUNT(nonagg) = COUNT(*) AND COUNT(consul) = COUNT(*) THEN 0 END AS asymm
  FROM pledges GROUP BY treaty_id
), numbers AS (
  SELECT treaty_id, MIN(value) AS atopid FROM identifiers WHERE scheme = 'atop' GROUP BY treaty_id
)
SELECT w.treaty_id, n.atopid, COALESCE(d.members, 0) AS members, CASE WHEN d.members = 2 THEN 1 ELSE 0 END AS bilat,
  CASE
    WHEN w.milcon = 3 OR w.intcom = 1 OR w.base > 0 THEN 2
    WHEN w.milcon IS NULL OR w.intcom IS NULL OR w.base IS NULL THEN NULL
    WHEN w.milcon = 2 OR w.milaid IN (3, 4) OR w.subord > 0 OR w.contrib = 1 OR w.orgpurp1 IN (1, 4) OR w.orgpurp2 IN (1, 4) THEN 1
    WHEN w.milaid IS NULL OR w.subord IS NULL OR w.contrib IS NULL OR w.orgpurp1 IS NULL THEN NULL
    ELSE 0 END AS milinst,
  w.defense, w.offense, w.neutral, w.nonagg, w.consul, w.active, w.conditio, w.defcon, w.offcon, w.neucon, w.concon, w.defcoadv, w.defcoloc, w.defcocon, w.defconum, w.defcodem, w.defconpr, w.offcoadv, w.offcoloc, w.offcocon, w.offconum, w.offcodem, w.neucoadv, w.neucoloc, w.neucocon, w.neuconum, w.neucodem, w.neuconpr, w.neucoatt, w.concoadv, w.concoloc, w.concocon, w.concoreq, w.olimob, COALESCE(w.asymm, d.asymm) AS asymm, w.notaiden, w.dipaid, w.terrres, w.seppeace, w.thirdcom, w.noothall, w.specthrt, w.conwtin, w.medarb, w.milcon, w.milaid, w.intcom, w.subord, w.organ1, w.orgpurp1, w.organ2, w.orgpurp2, w.base, w.contrib, w.armred, w.acqterr, w.divgains, w.demwith, w.reflnun, w.refothio, w.natrefal, w.compag, w.nomicoop, w.conres, w.agprois, w.conmen, w.ecaid, w.interv, w.estmode, w.pubsecr, w.secrart, w.proadd, w.futmem, w.speclgth, w.length, w.renounce, w.proren, w.renewlgt
FROM wide w
LEFT JOIN differing d ON d.treaty_id = w.treaty_id
LEFT JOIN numbers n ON n.treaty_id = w.treaty_id
