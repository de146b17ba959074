-- view: clauses
-- title: Clauses side by side
-- key: provision_id
-- needs: conditions_folded
--
-- One row a provision, ordered by category, so that clauses of one kind stand beside each other across treaties: who is
-- bound to whom, on which event, under which conditions, in our words.
--
-- * `category_id`: The kind of provision.
-- * `category`: Its label.
-- * `treaty_id`: The instrument.
-- * `short_title`: Its name in common use.
-- * `signed`: Date of its first signature or adoption.
-- * `provision_id`: The provision.
-- * `locator`: Its place in the instrument.
-- * `modality`: How it binds.
-- * `obligors`: Parties that are bound, separated by a space.
-- * `beneficiaries`: Parties that benefit, separated by a space.
-- * `trigger`: The event on which it comes into play.
-- * `conditions`: Its limits, `kind: detail`, separated by `|`.
-- * `summary`: What it says, in our words.
-- * `basis`: What its coding rests on.

SELECT p.category_id, g.label AS category, p.treaty_id, COALESCE(t.short_title, t.title) AS short_title, l.signed,
  p.id AS provision_id, p.locator, p.modality, r.obligors, r.beneficiaries, p.trigger, c.conditions, p.summary, p.basis
FROM provisions p
JOIN treaties t ON t.id = p.treaty_id
LEFT JOIN treaty_life l ON l.treaty_id = t.id
LEFT JOIN categories g ON g.id = p.category_id
LEFT JOIN conditions_folded c ON c.provision_id = p.id
LEFT JOIN (
  SELECT provision_id,
    NULLIF(array_join(array_sort(array_agg(CASE WHEN role = 'obligor' THEN party_id END)), ' '), '') AS obligors,
    NULLIF(array_join(array_sort(array_agg(CASE WHEN role = 'beneficiary' THEN party_id END)), ' '), '') AS beneficiaries
  FROM roles GROUP BY provision_id
) r ON r.provision_id = p.id
