-- rule: statement-about-two-treaties
-- severity: error
-- table: statements
-- column: treaty_id
-- since: 0.1.0
-- message: The statement is about the treaty “{named}”, but its {thing} belongs to “{expected}”.
-- hint: Correct the treaty, or the {thing}; a statement about two treaties is two statements.
--
-- A statement is about one thing. Where it names a treaty together with a provision or an action, these must belong to
-- that treaty; where it names a provision and an action, to the same one.

SELECT s._row, s.id AS key, s.treaty_id AS value, p.treaty_id AS expected, COALESCE(s.treaty_id, a.treaty_id) AS named, 'provision' AS thing
FROM statements s
JOIN provisions p ON p.id = s.provision_id
LEFT JOIN actions a ON a.id = s.action_id
WHERE COALESCE(s.treaty_id, a.treaty_id) <> p.treaty_id
UNION ALL
SELECT s._row, s.id, s.treaty_id, a.treaty_id, s.treaty_id, 'action'
FROM statements s
JOIN actions a ON a.id = s.action_id
WHERE s.treaty_id <> a.treaty_id
