-- view: absences
-- needs: years
--
-- One row a party and a year in which it was no state, by the spells of the state list; parties without spells are not judged.

SELECT p.party_id, y.year
FROM (SELECT DISTINCT party_id FROM spells) p
CROSS JOIN years y
LEFT JOIN spells s ON s.party_id = p.party_id
  AND EXTRACT(YEAR FROM s.start_earliest) <= y.year AND (s.end_latest IS NULL OR EXTRACT(YEAR FROM s.end_latest) >= y.year)
WHERE s.party_id IS NULL
