-- rule: category-without-crosswalk-or-definition
-- severity: error
-- table: categories
-- column: definition
-- since: 0.1.0
-- message: The category “{key}” has neither a definition nor a crosswalk to another scheme.
-- hint: Say what belongs to it and what does not, so that two coders would decide alike.
--
-- A category means something only if it is defined here, or mapped to a variable that another codebook defines.

SELECT c._row, c.id AS key, c.definition AS value
FROM categories c
LEFT JOIN crosswalk x ON x.category_id = c.id
WHERE c.definition IS NULL AND x.category_id IS NULL
