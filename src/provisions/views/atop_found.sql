-- view: atop_found
-- needs: codings parts
-- version: 1
--
-- One row a treaty, a party bound (none where the variable is the treaty’s own), an ATOP variable and what gives it its
-- value: a provision, or columns of `treaties`. Codes are ATOP’s, as whole numbers; `>0` counts as 1.

SELECT c.treaty_id, r.party_id, c.variable, CASE WHEN c.value = '>0' THEN 1 ELSE as_integer(c.value) END AS value,
  c.provision_id, CAST(NULL AS VARCHAR(1)) AS rests_on
FROM codings c
LEFT JOIN parts r ON r.provision_id = c.provision_id AND r.role = 'obligor'
WHERE c.scheme = 'atop' AND (c.value = '>0' OR as_integer(c.value) IS NOT NULL)
UNION ALL
SELECT t.id, NULL, 'length', t.term_months, NULL, 'treaties.term_months' FROM treaties t WHERE t.term_months IS NOT NULL
UNION ALL
SELECT t.id, NULL, 'speclgth', 1, NULL, 'treaties.term_months' FROM treaties t WHERE t.term_months IS NOT NULL
UNION ALL
SELECT t.id, NULL, 'proren', CASE t.renewal WHEN 'automatic' THEN 2 WHEN 'by-agreement' THEN 1 ELSE 0 END, NULL, 'treaties.renewal'
FROM treaties t WHERE t.renewal IS NOT NULL
UNION ALL
SELECT t.id, NULL, 'pubsecr', CASE t.secrecy WHEN 'public' THEN 0 WHEN 'partly-secret' THEN 1 ELSE 2 END, NULL, 'treaties.secrecy'
FROM treaties t WHERE t.secrecy IS NOT NULL
UNION ALL
SELECT t.id, NULL, 'estmode', 1, NULL, 'treaties.instrument'
FROM treaties t WHERE t.instrument IN ('treaty', 'agreement', 'charter', 'protocol')
