-- view: flat
-- title: Everything in one table
-- key: provision_id obligor
-- needs: treaty_life treaty_status memberships parts conditions_folded support asked
--
-- One row a provision and a party bound by it, with the treaty, its dates, who benefits and what the row rests on: for people
-- who open one file in a spreadsheet. A provision for which no obligor is coded has one row, with that column empty.
--
-- * `treaty_id`: The instrument.
-- * `treaty`: Its title.
-- * `short_title`: Its name in common use.
-- * `instrument`: What sort of instrument it is.
-- * `signed`: Date of its first signature or adoption.
-- * `as_of`: The day for which the status is given.
-- * `status`: Where the treaty stood on that day, as in `treaty_status`.
-- * `status_since`: Date of the action that decides.
-- * `provision_id`: The provision.
-- * `locator`: Its place in the instrument.
-- * `category_id`: Its category.
-- * `category`: Label of that category.
-- * `modality`: How it binds.
-- * `trigger`: The event on which it comes into play.
-- * `conditions`: Its limits, `kind: detail`, separated by `|`.
-- * `summary`: What it says, in our words.
-- * `basis`: What its coding rests on.
-- * `obligor`: The party that is bound.
-- * `obligor_name`: Its name.
-- * `obligor_iso3`: Its ISO 3166-1 code.
-- * `obligor_cow_codes`: Its numbers in the state list of the Correlates of War, separated by a space; `spells` says which counts when.
-- * `beneficiaries`: The other parties that benefit, separated by a space.
-- * `bound_from`: Date from which the treaty bound the obligor first, as precise as it is known; empty where it is not, and where it never did.
-- * `bound_to`: Date on which it ceased to bind it last; empty while it is bound, and where the date is not known.
-- * `statements`: Number of statements that support the provision.
-- * `origins`: Number of independent documents among their sources.
-- * `sources`: These documents as they were read, separated by a space: rows of `sources`.
-- * `urls`: Their addresses, separated by a space.
-- * `latest_coding`: Latest day on which a supporting statement was coded.
-- * `first_release`: The release of the data in which the row first stood; empty outside a release.
-- * `last_changed_release`: The release in which a cell of it last changed; empty outside a release.

WITH bound AS (
  SELECT provision_id, party_id FROM parts WHERE role = 'obligor'
), benefits AS (
  SELECT b.provision_id, b.party_id AS obligor, array_join(array_sort(array_agg(o.party_id)), ' ') AS beneficiaries
  FROM bound b
  JOIN parts o ON o.provision_id = b.provision_id AND o.role = 'beneficiary' AND o.party_id <> b.party_id
  GROUP BY b.provision_id, b.party_id
), unbound AS (
  SELECT o.provision_id, array_join(array_sort(array_agg(o.party_id)), ' ') AS beneficiaries
  FROM parts o
  LEFT JOIN bound b ON b.provision_id = o.provision_id
  WHERE o.role = 'beneficiary' AND b.provision_id IS NULL
  GROUP BY o.provision_id
), stints AS (
  SELECT treaty_id, party_id, bound_from, bound_to,
    ROW_NUMBER() OVER (PARTITION BY treaty_id, party_id ORDER BY from_earliest NULLS FIRST, bound_from NULLS FIRST) AS first_place,
    ROW_NUMBER() OVER (PARTITION BY treaty_id, party_id ORDER BY to_latest DESC NULLS FIRST, bound_to NULLS FIRST) AS last_place
  FROM memberships
), stayed AS (
  SELECT treaty_id, party_id,
    MAX(CASE WHEN first_place = 1 THEN bound_from END) AS bound_from,
    MAX(CASE WHEN last_place = 1 THEN bound_to END) AS bound_to
  FROM stints GROUP BY treaty_id, party_id
), coded AS (
  SELECT party_id, array_join(array_sort(array_agg(DISTINCT CAST(code AS VARCHAR(10)))), ' ') AS cow_codes
  FROM spells WHERE scheme = 'cow' GROUP BY party_id
), read AS (
  SELECT DISTINCT u.key AS provision_id, s.source_id, r.url
  FROM support u
  JOIN statements s ON s.id = u.id
  JOIN sources r ON r.id = s.source_id
  WHERE u.table_name = 'provisions'
), documents AS (
  SELECT provision_id, array_join(array_sort(array_agg(source_id)), ' ') AS sources,
    NULLIF(array_join(array_sort(array_agg(DISTINCT url)), ' '), '') AS urls
  FROM read GROUP BY provision_id
), supported AS (
  SELECT u.key AS provision_id, COUNT(DISTINCT u.id) AS statements, COUNT(DISTINCT u.origin_id) AS origins,
    MAX(s.coded_on) AS latest_coding
  FROM support u
  JOIN statements s ON s.id = u.id
  WHERE u.table_name = 'provisions'
  GROUP BY u.key
)
SELECT p.treaty_id, t.title AS treaty, t.short_title, t.instrument, l.signed, q.as_of, x.status, x.since AS status_since,
  p.id AS provision_id, p.locator, p.category_id, g.label AS category, p.modality, p.trigger, c.conditions, p.summary, p.basis,
  b.party_id AS obligor, y.name AS obligor_name, y.iso3 AS obligor_iso3, k.cow_codes AS obligor_cow_codes,
  COALESCE(f.beneficiaries, n.beneficiaries) AS beneficiaries, m.bound_from, m.bound_to,
  COALESCE(v.statements, 0) AS statements, COALESCE(v.origins, 0) AS origins, d.sources, d.urls, v.latest_coding,
  CAST(NULL AS VARCHAR(20)) AS first_release, CAST(NULL AS VARCHAR(20)) AS last_changed_release
FROM provisions p
CROSS JOIN asked q
JOIN treaties t ON t.id = p.treaty_id
JOIN treaty_status x ON x.treaty_id = p.treaty_id
LEFT JOIN treaty_life l ON l.treaty_id = p.treaty_id
LEFT JOIN categories g ON g.id = p.category_id
LEFT JOIN conditions_folded c ON c.provision_id = p.id
LEFT JOIN bound b ON b.provision_id = p.id
LEFT JOIN parties y ON y.id = b.party_id
LEFT JOIN coded k ON k.party_id = b.party_id
LEFT JOIN benefits f ON f.provision_id = b.provision_id AND f.obligor = b.party_id
LEFT JOIN unbound n ON n.provision_id = p.id
LEFT JOIN stayed m ON m.treaty_id = p.treaty_id AND m.party_id = b.party_id
LEFT JOIN supported v ON v.provision_id = p.id
LEFT JOIN documents d ON d.provision_id = p.id
