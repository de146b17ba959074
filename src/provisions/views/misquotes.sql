-- view: misquotes
-- stored: yes
--
-- One row a statement whose quote does not stand in its passage, white space folded; with the quote so folded.

SELECT s._row, s.id, s.source_id, s.passage, s.quote, norm_ws(s.quote) AS folded, p.text
FROM statements s
JOIN passages p ON p.source_id = s.source_id AND p.number = s.passage
WHERE NOT contains_text(p.text, s.quote) AND NOT contains_text(norm_ws(p.text), norm_ws(s.quote))
