-- view: conditions_folded
--
-- One row a provision with conditions: all of them as one text, `kind: detail` separated by `|`.

SELECT provision_id, array_join(array_sort(array_agg(CASE WHEN detail IS NULL THEN kind ELSE kind || ': ' || detail END)), ' | ') AS conditions
FROM conditions GROUP BY provision_id
