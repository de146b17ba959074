-- view: about
--
-- One row a statement: the thing that it is about, as table and key. A statement is about the most specific thing that
-- it names: an action, the role of a party in a provision, a provision, a party, a treaty, in this order.

SELECT s._row, s.id,
  CASE WHEN s.action_id IS NOT NULL THEN 'actions'
       WHEN s.provision_id IS NOT NULL AND s.party_id IS NOT NULL THEN 'roles'
       WHEN s.provision_id IS NOT NULL THEN 'provisions'
       WHEN s.party_id IS NOT NULL THEN 'parties'
       ELSE 'treaties' END AS table_name,
  CASE WHEN s.action_id IS NOT NULL THEN s.action_id
       WHEN s.provision_id IS NOT NULL AND s.party_id IS NOT NULL THEN s.provision_id || '/' || s.party_id
       ELSE COALESCE(s.provision_id, s.party_id, s.treaty_id) END AS key,
  s.treaty_id, s.provision_id, s.action_id, s.party_id, s.property, s.value, s.claim, s.stance, s.speaker_id, s.said_on,
  s.source_id, s.passage, s.locator, s.quote, s.follows_id
FROM statements s
