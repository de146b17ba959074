-- view: drift
-- title: Drift of claims as they were retold
-- key: chain step
-- needs: about
--
-- One row a step of a chain of statements of which each repeats the one before (`follows_id`), from the first to each
-- last: what was said, by whom, where, and what changed since the step before.
--
-- * `chain`: The last statement of the chain.
-- * `step`: Its place in the chain, from 1 for the first statement.
-- * `statement_id`: The statement.
-- * `on_date`: When it was said; else when its source was published.
-- * `speaker`: Who said it; empty for the source’s own voice.
-- * `source_id`: Where it stands.
-- * `subject`: What it is about, table and key.
-- * `property`: The column of it that the statement is about.
-- * `value`: The value that it claims.
-- * `stance`: How it puts the claim.
-- * `claim`: The claim in our words.
-- * `changed`: What differs from the step before: `subject`, `property`, `value`, `stance`, `speaker`, `claim`, separated by a space; empty for the first step, and where it is repeated unchanged.

WITH RECURSIVE back AS (
  SELECT s.id AS chain, s.id AS statement_id, s.follows_id, 0 AS steps
  FROM statements s
  LEFT JOIN statements n ON n.follows_id = s.id
  WHERE s.follows_id IS NOT NULL AND n.id IS NULL
  UNION ALL
  SELECT b.chain, s.id, s.follows_id, b.steps + 1
  FROM back b JOIN statements s ON s.id = b.follows_id
  WHERE b.steps < 100
), placed AS (
  SELECT b.chain, b.statement_id, ROW_NUMBER() OVER (PARTITION BY b.chain ORDER BY b.steps DESC) AS step,
    COALESCE(a.said_on, r.published_on) AS on_date, k.name AS speaker, a.source_id,
    a.table_name || ' ' || a.key AS subject, a.property, a.value, a.stance, a.claim
  FROM back b
  JOIN about a ON a.id = b.statement_id
  JOIN sources r ON r.id = a.source_id
  LEFT JOIN speakers k ON k.id = a.speaker_id
), beside AS (
  SELECT c.chain, c.step, c.statement_id, c.on_date, c.speaker, c.source_id, c.subject, c.property, c.value, c.stance, c.claim,
    p.chain AS earlier, p.speaker AS speaker_before, p.subject AS subject_before, p.property AS property_before,
    p.value AS value_before, p.stance AS stance_before, p.claim AS claim_before
  FROM placed c LEFT JOIN placed p ON p.chain = c.chain AND p.step = c.step - 1
)
SELECT chain, step, statement_id, on_date, speaker, source_id, subject, property, value, stance, claim,
  CASE WHEN earlier IS NOT NULL THEN NULLIF(trim(
    CASE WHEN subject <> subject_before THEN ' subject' ELSE '' END
    || CASE WHEN COALESCE(property, '') <> COALESCE(property_before, '') THEN ' property' ELSE '' END
    || CASE WHEN COALESCE(value, '') <> COALESCE(value_before, '') THEN ' value' ELSE '' END
    || CASE WHEN stance <> stance_before THEN ' stance' ELSE '' END
    || CASE WHEN COALESCE(speaker, '') <> COALESCE(speaker_before, '') THEN ' speaker' ELSE '' END
    || CASE WHEN claim <> claim_before THEN ' claim' ELSE '' END), '') END AS changed
FROM beside
