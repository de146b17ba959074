-- view: misquotes
-- stored: yes
--
-- One row a statement whose quote does not stand in its passage, white space folded; with the first passage of the source
-- in which it does stand, and the first that holds its beginning where it runs on into the next.

WITH misquote AS (
  SELECT s._row, s.id, s.source_id, s.passage, s.quote, norm_ws(s.quote) AS folded, MIN(p.text) AS text
  FROM statements s
  JOIN passages p ON p.source_id = s.source_id AND p.number = s.passage
  WHERE NOT contains_text(p.text, s.quote) AND NOT contains_text(norm_ws(p.text), norm_ws(s.quote))
  GROUP BY s._row, s.id, s.source_id, s.passage, s.quote
), held AS (
  SELECT p.source_id, p.number, norm_ws(p.text) AS text FROM passages p WHERE p.source_id IN (SELECT source_id FROM misquote)
), found AS (
  SELECT m._row, MIN(h.number) AS number FROM misquote m
  JOIN held h ON h.source_id = m.source_id AND contains_text(h.text, m.folded)
  GROUP BY m._row
), across AS (
  SELECT m._row, MIN(a.number) AS number FROM misquote m
  JOIN held a ON a.source_id = m.source_id
  JOIN held b ON b.source_id = a.source_id AND b.number = a.number + 1
    AND contains_text(a.text || ' ' || b.text, m.folded)
  GROUP BY m._row
)
SELECT m._row, m.id, m.source_id, m.passage, m.quote, m.text, f.number AS found_in, c.number AS begins_in
FROM misquote m
LEFT JOIN found f ON f._row = m._row
LEFT JOIN across c ON c._row = m._row
