-- Named views over the published tables, for DuckDB and what speaks its SQL. Each answers one question that people ask.
-- {curated} is the folder of tables; `nianbao views` puts it in.

-- Each figure of a year beside the year before, with names, and the sentence that it was read from.
CREATE OR REPLACE VIEW yearly AS
SELECT compared.family, compared.jurisdiction_code, compared.jurisdiction_name, indicators.category,
       compared.indicator_id, compared.indicator_name_zh, indicators.name_en AS indicator_name_en, compared.scope,
       compared.year, compared.value, compared.unit, compared.qualifier, compared.previous_year,
       compared.previous_value, compared.change_abs, compared.change_pct, compared.change_pp,
       compared.reported_change_pct, compared.reported_change_agrees, compared.comparability,
       compared.comparability_note, compared.latest_value, compared.latest_report_id, compared.rank_in_year,
       compared.n_ranked, indicators.higher_is, compared.quote, evidence.sentence, evidence.report_id,
       reports.title AS report_title, reports.source_url, compared.observation_id
FROM '{curated}/comparisons.parquet' AS compared
JOIN '{curated}/indicators.parquet' AS indicators USING (indicator_id)
LEFT JOIN '{curated}/observations.parquet' AS evidence USING (observation_id)
LEFT JOIN '{curated}/reports.parquet' AS reports ON reports.report_id = evidence.report_id;

-- The newest year of each series, for a table of where everybody stands.
CREATE OR REPLACE VIEW latest AS
SELECT * FROM yearly
WHERE value IS NOT NULL
QUALIFY row_number() OVER (
    PARTITION BY family, jurisdiction_code, indicator_id, scope, unit ORDER BY year DESC
) = 1;

-- Years without a comparable figure, and why: the gaps that a chart must not draw over.
CREATE OR REPLACE VIEW not_comparable AS
SELECT family, jurisdiction_name, indicator_id, indicator_name_zh, scope, unit, year, value, comparability,
       comparability_note
FROM '{curated}/comparisons.parquet'
WHERE comparability NOT IN ('comparable', 'no_previous');

-- Growth as the report states it beside the growth that its levels give.
CREATE OR REPLACE VIEW stated_growth AS
SELECT family, jurisdiction_name, indicator_id, indicator_name_zh, scope, unit, year, reported_change_pct, change_pct,
       reported_change_agrees
FROM '{curated}/comparisons.parquet'
WHERE reported_change_pct IS NOT NULL;

-- What was promised for a year, what that year's report says, and the sentences of both.
CREATE OR REPLACE VIEW kept_promises AS
SELECT promises.family, promises.jurisdiction_name, promises.indicator_id, promises.indicator_name_zh, promises.scope,
       promises.year, promises.target_kind, promises.target_qualifier, promises.target_value,
       promises.target_value_high, promises.unit, promises.actual_value, promises.target_met,
       target.sentence AS target_sentence, actual.sentence AS actual_sentence,
       promises.target_report_id, promises.actual_report_id
FROM '{curated}/promises.parquet' AS promises
JOIN '{curated}/observations.parquet' AS target ON target.observation_id = promises.target_observation_id
LEFT JOIN '{curated}/observations.parquet' AS actual ON actual.observation_id = promises.actual_observation_id;

-- What does not add up, with the sentences that it stands on.
CREATE OR REPLACE VIEW doubts AS
SELECT findings."check", findings.status, findings.severity, findings.family, findings.jurisdiction_name,
       findings.report_year, findings.report_id, findings.message_zh, findings.message_en,
       this.sentence AS sentence, other.sentence AS other_sentence
FROM '{curated}/findings.parquet' AS findings
LEFT JOIN '{curated}/observations.parquet' AS this USING (observation_id)
LEFT JOIN '{curated}/observations.parquet' AS other ON other.observation_id = findings.other_observation_id;

-- Every number with the text around it and where its report came from.
CREATE OR REPLACE VIEW evidence AS
SELECT seen.observation_id, seen.report_id, seen.jurisdiction_name, seen.report_year, seen.indicator_id, seen.subject,
       seen.kind, seen.modality, seen.value, seen.unit, seen.quote,
       substr(text, greatest(seen.char_start - 39, 1), least(seen.char_start, 40)) || '【' || seen.quote || '】'
         || substr(text, seen.char_end + 1, 40) AS in_context,
       sections.path AS section, reports.title AS report_title, reports.source_url
FROM '{curated}/observations.parquet' AS seen
JOIN '{curated}/documents.parquet' AS documents USING (report_id)
JOIN '{curated}/reports.parquet' AS reports USING (report_id)
LEFT JOIN '{curated}/sections.parquet' AS sections USING (section_id);
