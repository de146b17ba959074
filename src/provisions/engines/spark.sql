-- The prelude for Spark: the functions of duck.sql, with the same meaning for the same text.
-- Text is matched by its shape first and cast second. NULL in, NULL out.
-- Java names a script \p{IsGreek} where RE2 names it \p{Greek}.
CREATE TEMPORARY FUNCTION matches(s STRING, re STRING) RETURNS BOOLEAN RETURN
  regexp_like(s, regexp_replace(re, '\\p[{](Latin|Cyrillic|Greek|Armenian)[}]', '\\p{Is$1}'));
CREATE TEMPORARY FUNCTION is_date(s STRING) RETURNS BOOLEAN RETURN CASE WHEN s IS NOT NULL THEN
  regexp_like(s, '\A[0-9]{4}-[0-9]{2}-[0-9]{2}\z') AND s >= '0001' AND try_cast(s AS DATE) IS NOT NULL END;
CREATE TEMPORARY FUNCTION is_edtf(s STRING) RETURNS BOOLEAN RETURN CASE char_length(s)
  WHEN 4 THEN regexp_like(s, '\A[0-9]{4}\z') AND s >= '0001'
  WHEN 7 THEN regexp_like(s, '\A[0-9]{4}-(0[1-9]|1[0-2])\z') AND s >= '0001'
  ELSE is_date(s) END;
CREATE TEMPORARY FUNCTION date_earliest(s STRING) RETURNS DATE RETURN CASE WHEN is_edtf(s) THEN
  try_cast(CASE char_length(s) WHEN 4 THEN s || '-01-01' WHEN 7 THEN s || '-01' ELSE s END AS DATE) END;
CREATE TEMPORARY FUNCTION date_latest(s STRING) RETURNS DATE RETURN CASE WHEN is_edtf(s) THEN CASE char_length(s)
  WHEN 4 THEN try_cast(s || '-12-31' AS DATE)
  WHEN 7 THEN last_day(try_cast(s || '-01' AS DATE))
  ELSE try_cast(s AS DATE) END END;
CREATE TEMPORARY FUNCTION as_integer(s STRING) RETURNS BIGINT RETURN
  CASE WHEN regexp_like(s, '\A[+-]?[0-9]{1,18}\z') THEN try_cast(s AS BIGINT) END;
CREATE TEMPORARY FUNCTION as_number(s STRING) RETURNS DOUBLE RETURN
  CASE WHEN regexp_like(s, '\A[+-]?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]{1,3})?\z') THEN try_cast(s AS DOUBLE) END;
CREATE TEMPORARY FUNCTION as_boolean(s STRING) RETURNS BOOLEAN RETURN CASE
  WHEN s IN ('true', 'True', 'TRUE', '1') THEN TRUE
  WHEN s IN ('false', 'False', 'FALSE', '0') THEN FALSE END;
CREATE TEMPORARY FUNCTION is_ascii(s STRING) RETURNS BOOLEAN RETURN octet_length(s) = char_length(s);
-- Spark has no function for normal forms, but ICU, which has one.
CREATE TEMPORARY FUNCTION composed(s STRING) RETURNS STRING RETURN
  CASE WHEN s IS NOT NULL THEN java_method('com.ibm.icu.text.Normalizer', 'compose', s, false) END;
-- The two letters whose small form Spark makes of two characters, or by their neighbours.
CREATE TEMPORARY FUNCTION lowered(s STRING) RETURNS STRING RETURN lower(translate(s, 'İΣ', 'iσ'));
CREATE TEMPORARY FUNCTION code_points(s STRING) RETURNS INT RETURN char_length(s);
CREATE TEMPORARY FUNCTION norm_ws(s STRING) RETURNS STRING RETURN
  trim(BOTH ' ' FROM regexp_replace(s, '[\x{09}-\x{0D}\x{20}\x{85}\x{A0}\x{1680}\x{2000}-\x{200A}\x{2028}\x{2029}\x{202F}\x{205F}\x{3000}\x{FEFF}]+', ' '));
CREATE TEMPORARY FUNCTION contains_text(s STRING, part STRING) RETURNS BOOLEAN RETURN contains(s, part);
