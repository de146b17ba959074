-- view: codings
-- version: 1
--
-- One row a provision and a variable of another scheme that it gives a value, by the rows of `crosswalk` that can be
-- applied from the tables alone: those without a `condition` in words whose match is exact, close or narrow. The modality
-- of the provision must be among those that the row names, and it must have a condition of the kind that the row names.

SELECT DISTINCT p.treaty_id, p.id AS provision_id, x.scheme, x.variable, x.value
FROM provisions p
JOIN crosswalk x ON x.category_id = p.category_id
LEFT JOIN (SELECT DISTINCT provision_id, kind FROM conditions) c ON c.provision_id = p.id AND c.kind = x.condition_kind
WHERE x.condition IS NULL AND x.match IN ('exact', 'close', 'narrow')
  AND (x.modality IS NULL OR contains_text(' ' || x.modality || ' ', ' ' || p.modality || ' '))
  AND (x.condition_kind IS NULL OR c.provision_id IS NOT NULL)
