-- view: joined
-- stored: yes
--
-- One row a treaty and a party that signed, adopted, acceded or succeeded to it; the party is empty where the action
-- was that of all parties together.

SELECT DISTINCT treaty_id, party_id FROM actions WHERE kind IN ('signature', 'adoption', 'accession', 'succession')
