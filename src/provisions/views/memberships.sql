-- view: memberships
-- title: Memberships
-- key: treaty_id party_id bound_from
-- needs: turns
--
-- One row a spell during which a treaty bound a party, computed from `actions`. A party that left and came back has two.
-- A resumption begins one only after the party had left. Suspension, a freeze and a notice of denunciation end no spell; `party_status` tells them.
--
-- * `treaty_id`: The instrument.
-- * `party_id`: The party.
-- * `bound_from`: Date from which it was bound, as precise as it is known; empty where the date of entry into force is not.
-- * `bound_to`: Date on which it ceased to be bound; empty while it is bound, and where the date is not known.
-- * `from_earliest`: First day on which it may have been bound.
-- * `from_latest`: Day by which it was surely bound.
-- * `to_earliest`: First day on which it may have ceased to be bound.
-- * `to_latest`: Day by which it had surely ceased to be bound.
-- * `began_by`: The action by which it was bound.
-- * `ended_by`: The action by which it ceased to be bound; empty where the party itself came to an end.
-- * `ended_how`: Kind of that action, or `end-of-party`; empty while it is bound.

WITH ordered AS (
  SELECT treaty_id, party_id, opens, action_id, kind, date, date_earliest, date_latest,
    ROW_NUMBER() OVER (
      PARTITION BY treaty_id, party_id
      ORDER BY COALESCE(date_earliest, CASE WHEN opens = 1 THEN DATE '0001-01-01' ELSE DATE '9999-12-31' END),
        date_latest NULLS LAST, opens DESC, kind, action_id
    ) AS place
  FROM turns
), sided AS (
  SELECT treaty_id, party_id, opens, action_id, kind, date, date_earliest, date_latest, place,
    LAG(opens) OVER (PARTITION BY treaty_id, party_id ORDER BY place) AS opened
  FROM ordered
), changes AS (
  SELECT treaty_id, party_id, opens, action_id, kind, date, date_earliest, date_latest,
    ROW_NUMBER() OVER (PARTITION BY treaty_id, party_id ORDER BY place) AS place
  FROM sided WHERE opens <> COALESCE(opened, 0) AND (opened IS NOT NULL OR kind <> 'resumption')
)
SELECT b.treaty_id, b.party_id, b.date AS bound_from, e.date AS bound_to,
  b.date_earliest AS from_earliest, b.date_latest AS from_latest, e.date_earliest AS to_earliest, e.date_latest AS to_latest,
  b.action_id AS began_by, e.action_id AS ended_by, e.kind AS ended_how
FROM changes b
LEFT JOIN changes e ON e.treaty_id = b.treaty_id AND e.party_id = b.party_id AND e.place = b.place + 1
WHERE b.opens = 1
