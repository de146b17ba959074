-- Asked of every engine before every run: returns the functions that do not mean what they must.
SELECT c AS failed_case FROM (
  SELECT 'string literals are raw' AS c, code_points('\d') = 2 AS ok
  UNION ALL SELECT 'identifiers are double-quoted', "x" = 'v' FROM (SELECT 'v' AS "x") t
  UNION ALL SELECT 'a regex ends at the very end', NOT matches('12' || chr(10), '\A[0-9]+\z')
  UNION ALL SELECT 'length is in code points', code_points('😀é') = 2
  UNION ALL SELECT 'what is ASCII', is_ascii('a~') AND NOT is_ascii('é')
  UNION ALL SELECT 'letters are composed', code_points('é') = 2 AND composed('é') = 'é' AND translate('aб𝐀c', 'б𝐀c', 'xy') = 'axy'
  UNION ALL SELECT 'letters are made small one by one', lowered('İΑΣ') = 'iασ'
  UNION ALL SELECT 'scripts have names', matches('бx', '\p{Cyrillic}\p{Latin}') AND NOT matches('б', '[\p{Greek}\p{Armenian}]')
  UNION ALL SELECT 'a quote and a backslash are themselves', code_points('it''s \') = 6 AND code_points('${x}\n') = 6
  UNION ALL SELECT 'a date has one shape', NOT is_date('2024-1-5') AND NOT is_date('2024-01') AND NOT is_date('epoch') AND NOT is_date('2024/01/05') AND NOT is_date('0000-01-01')
  UNION ALL SELECT 'a date is in the calendar', is_date('2000-02-29') AND NOT is_date('1900-02-29') AND NOT is_date('2024-02-30')
  UNION ALL SELECT 'EDTF level 0', is_edtf('1992') AND is_edtf('1992-05') AND is_edtf('1992-05-15') AND NOT is_edtf('1992-13') AND NOT is_edtf('1992-5') AND NOT is_edtf('1992-02-30') AND NOT is_edtf('199x')
  UNION ALL SELECT 'bounds of a year', CAST(date_earliest('1992') AS VARCHAR(10)) = '1992-01-01' AND CAST(date_latest('1992') AS VARCHAR(10)) = '1992-12-31'
  UNION ALL SELECT 'bounds of a month', CAST(date_earliest('1992-02') AS VARCHAR(10)) = '1992-02-01' AND CAST(date_latest('1992-02') AS VARCHAR(10)) = '1992-02-29'
  UNION ALL SELECT 'an integer has one shape', as_integer('-12') = -12 AND as_integer('1_000') IS NULL AND as_integer('1.0') IS NULL AND as_integer(' 1') IS NULL AND as_integer('0x1') IS NULL
  UNION ALL SELECT 'a number has one shape', as_number('1e2') = 100 AND as_number('1_000') IS NULL AND as_number('1d') IS NULL AND as_number('NaN') IS NULL AND as_number(' 1') IS NULL
  UNION ALL SELECT 'white space is folded', norm_ws(' a' || chr(160) || chr(10) || 'b ') = 'a b'
  UNION ALL SELECT 'contains', contains_text('abc', 'bc') AND NOT contains_text('abc', 'B')
  UNION ALL SELECT 'NULL in, NULL out', is_date(NULL) IS NULL AND is_edtf(NULL) IS NULL AND date_latest(NULL) IS NULL AND matches(NULL, 'x') IS NULL AND as_integer(NULL) IS NULL AND norm_ws(NULL) IS NULL
  UNION ALL SELECT 'texts are joined in order', array_join(array_sort(array_agg(DISTINCT x)), ' ') = 'a b' FROM (SELECT 'b' AS x UNION ALL SELECT 'a' UNION ALL SELECT NULL UNION ALL SELECT 'b') u
) t WHERE NOT COALESCE(ok, FALSE)
