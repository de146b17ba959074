-- The prelude for DuckDB: the only SQL of this project that is particular to an engine.
-- Text is matched by its shape first and cast second: DuckDB's own casts accept '1_000', '0x10', ' 1 ', 'epoch'.
-- NULL in, NULL out.
CREATE MACRO matches(s, re) AS regexp_matches(s, re);
CREATE MACRO is_date(s) AS CASE WHEN s IS NOT NULL THEN
  regexp_matches(s, '\A[0-9]{4}-[0-9]{2}-[0-9]{2}\z') AND s >= '0001' AND try_cast(s AS DATE) IS NOT NULL END;
CREATE MACRO is_edtf(s) AS CASE length(s)
  WHEN 4 THEN regexp_matches(s, '\A[0-9]{4}\z') AND s >= '0001'
  WHEN 7 THEN regexp_matches(s, '\A[0-9]{4}-(0[1-9]|1[0-2])\z') AND s >= '0001'
  ELSE is_date(s) END;
CREATE MACRO date_earliest(s) AS CASE WHEN is_edtf(s) THEN
  try_cast(CASE length(s) WHEN 4 THEN s || '-01-01' WHEN 7 THEN s || '-01' ELSE s END AS DATE) END;
CREATE MACRO date_latest(s) AS CASE WHEN is_edtf(s) THEN CASE length(s)
  WHEN 4 THEN try_cast(s || '-12-31' AS DATE)
  WHEN 7 THEN last_day(try_cast(s || '-01' AS DATE))
  ELSE try_cast(s AS DATE) END END;
CREATE MACRO as_integer(s) AS CASE WHEN regexp_matches(s, '\A[+-]?[0-9]{1,18}\z') THEN try_cast(s AS BIGINT) END;
CREATE MACRO as_number(s) AS CASE WHEN regexp_matches(s, '\A[+-]?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]{1,3})?\z') THEN try_cast(s AS DOUBLE) END;
CREATE MACRO as_boolean(s) AS CASE
  WHEN s IN ('true', 'True', 'TRUE', '1') THEN TRUE
  WHEN s IN ('false', 'False', 'FALSE', '0') THEN FALSE END;
CREATE MACRO is_ascii(s) AS strlen(s) = length(s);
CREATE MACRO composed(s) AS nfc_normalize(s);
CREATE MACRO lowered(s) AS lower(s);
CREATE MACRO code_points(s) AS length(s);
CREATE MACRO norm_ws(s) AS trim(regexp_replace(s, '[\x{09}-\x{0D}\x{20}\x{85}\x{A0}\x{1680}\x{2000}-\x{200A}\x{2028}\x{2029}\x{202F}\x{205F}\x{3000}\x{FEFF}]+', ' ', 'g'), ' ');
CREATE MACRO contains_text(s, part) AS contains(s, part);
CREATE MACRO array_join(items, separator) AS array_to_string(items, separator);
