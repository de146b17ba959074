-- rule: contradicted-value
-- severity: warning
-- table: statements
-- column: value
-- since: 0.1.0
-- message: The statement {claims}, but coded is “{expected}”.
-- hint: Decide which is right. Correct the coded value, or keep both and add a waiver whose reason says how it was decided.
--
-- Sources disagree, and the disagreement is data: both sides stay in the package, and `provisions show` prints them next
-- to each other. This warning asks that somebody has looked at it. Once decided, the decision is written down as the
-- reason of a waiver, and the warning is gone until the data changes.
-- Two dates agree when one lies within the other. A role that is claimed and not coded is a contradiction; an empty cell
-- of another kind is a gap and contradicts nothing.

SELECT c._row, c.id AS key, c.claimed AS value, c.coded AS expected,
  CASE WHEN c.property IS NULL THEN 'denies that ' || c.key || ' holds'
       WHEN c.stance = 'denies' THEN 'denies that `' || c.property || '` of ' || c.key || ' is “' || c.claimed || '”'
       ELSE 'says that `' || c.property || '` of ' || c.key || ' is “' || c.claimed || '”' END AS claims
FROM contradictions c
