-- Named views over the published tables, for DuckDB. Each answers one common question.
-- `nianbao views` fills in the folder of the tables.

-- The views `yearly` to `doubts` are about governments: `body_id` is empty. `bodies_yearly` and
-- `bodies_latest` are about departments, towns, zones and other bodies. `evidence` has the numbers of all reports.

-- Each figure of a year with the previous year, the names of its indicator, and the sentence that it comes from.
-- A chart may connect only years with the same `comparable_since`: the first of the years that can be compared.
CREATE OR REPLACE VIEW yearly AS
SELECT compared.family, compared.jurisdiction_code, compared.jurisdiction_name, compared.series_code,
       indicators.category,
       compared.indicator_id, compared.indicator_name_zh, indicators.name_en AS indicator_name_en, compared.scope,
       compared.year, compared.value, compared.unit, compared.qualifier, compared.previous_year,
       compared.previous_value, compared.change_abs, compared.change_pct, compared.change_pp,
       compared.reported_change_pct, compared.reported_change_agrees, compared.comparability,
       compared.comparability_note,
       max(CASE WHEN compared.comparability IN ('comparable', 'zero_base') THEN NULL ELSE compared.year END) OVER (
           PARTITION BY compared.family, compared.series_code, compared.indicator_id, compared.scope, compared.unit
           ORDER BY compared.year
       ) AS comparable_since, compared.latest_value, compared.latest_report_id, compared.rank_in_year,
       compared.n_ranked, indicators.higher_is, compared.quote, evidence.sentence, evidence.report_id,
       reports.title AS report_title, reports.source_url, compared.observation_id
FROM '{curated}/comparisons.parquet' AS compared
JOIN '{curated}/indicators.parquet' AS indicators USING (indicator_id)
LEFT JOIN '{curated}/observations.parquet' AS evidence USING (observation_id)
LEFT JOIN '{curated}/reports.parquet' AS reports ON reports.report_id = evidence.report_id
WHERE compared.body_id = '';

-- The newest year of each series.
CREATE OR REPLACE VIEW latest AS
SELECT * FROM yearly
WHERE value IS NOT NULL
QUALIFY row_number() OVER (
    PARTITION BY family, series_code, indicator_id, scope, unit ORDER BY year DESC
) = 1;

-- Years without a comparable figure, and the reason. A chart must not join the years around them.
CREATE OR REPLACE VIEW not_comparable AS
SELECT family, jurisdiction_name, indicator_id, indicator_name_zh, scope, unit, year, value, comparability,
       comparability_note
FROM '{curated}/comparisons.parquet'
WHERE body_id = '' AND comparability NOT IN ('comparable', 'no_previous');

-- Growth as stated in the report, and growth computed from the levels.
CREATE OR REPLACE VIEW stated_growth AS
SELECT family, jurisdiction_name, indicator_id, indicator_name_zh, scope, unit, year, reported_change_pct, change_pct,
       reported_change_agrees
FROM '{curated}/comparisons.parquet'
WHERE body_id = '' AND reported_change_pct IS NOT NULL;

-- Targets for a year and the results that the report for the year states, each with its sentence.
CREATE OR REPLACE VIEW kept_promises AS
SELECT promises.family, promises.jurisdiction_name, promises.indicator_id, promises.indicator_name_zh, promises.scope,
       promises.year, promises.target_kind, promises.target_qualifier, promises.target_value,
       promises.target_value_high, promises.unit, promises.actual_value, promises.target_met,
       target.sentence AS target_sentence, actual.sentence AS actual_sentence,
       promises.target_report_id, promises.actual_report_id
FROM '{curated}/promises.parquet' AS promises
JOIN '{curated}/observations.parquet' AS target ON target.observation_id = promises.target_observation_id
LEFT JOIN '{curated}/observations.parquet' AS actual ON actual.observation_id = promises.actual_observation_id
WHERE promises.body_id = '';

-- Inconsistencies, revisions and missed targets, with the sentences that they rest on.
CREATE OR REPLACE VIEW doubts AS
SELECT findings."check", findings.status, findings.severity, findings.family, findings.jurisdiction_name,
       findings.report_year, findings.report_id, findings.message_zh, findings.message_en,
       own.sentence AS sentence, other.sentence AS other_sentence
FROM '{curated}/findings.parquet' AS findings
LEFT JOIN '{curated}/observations.parquet' AS own USING (observation_id)
LEFT JOIN '{curated}/observations.parquet' AS other ON other.observation_id = findings.other_observation_id
WHERE findings.body_id = '';

-- Every number with the text around it and the source of its report.
CREATE OR REPLACE VIEW evidence AS
SELECT observations.observation_id, observations.report_id, observations.jurisdiction_name, observations.body_id,
       observations.body_name, observations.report_year,
       observations.indicator_id, observations.subject, observations.kind, observations.modality, observations.value,
       observations.unit, observations.quote,
       substr(text, greatest(observations.char_start - 39, 1), least(observations.char_start, 40))
         || '【' || observations.quote || '】' || substr(text, observations.char_end + 1, 40) AS in_context,
       sections.path AS section, reports.title AS report_title, reports.source_url
FROM '{curated}/observations.parquet' AS observations
JOIN '{curated}/documents.parquet' AS documents USING (report_id)
JOIN '{curated}/reports.parquet' AS reports USING (report_id)
LEFT JOIN '{curated}/sections.parquet' AS sections USING (section_id);

-- Each figure of a body other than a government, with the previous year and its sentence; see `yearly`.
CREATE OR REPLACE VIEW bodies_yearly AS
SELECT compared.family, compared.jurisdiction_code, compared.jurisdiction_name, compared.body_id, compared.body_name,
       compared.body_kind, compared.series_code, indicators.category, compared.indicator_id,
       compared.indicator_name_zh, indicators.name_en AS indicator_name_en, compared.scope, compared.year,
       compared.value, compared.unit, compared.qualifier, compared.previous_year, compared.previous_value,
       compared.change_pct, compared.change_pp, compared.comparability, compared.comparability_note,
       max(CASE WHEN compared.comparability IN ('comparable', 'zero_base') THEN NULL ELSE compared.year END) OVER (
           PARTITION BY compared.family, compared.series_code, compared.body_id, compared.indicator_id,
                        compared.scope, compared.unit
           ORDER BY compared.year
       ) AS comparable_since,
       compared.rank_in_year, compared.n_ranked, compared.quote, evidence.sentence, evidence.report_id,
       compared.observation_id
FROM '{curated}/comparisons.parquet' AS compared
JOIN '{curated}/indicators.parquet' AS indicators USING (indicator_id)
LEFT JOIN '{curated}/observations.parquet' AS evidence USING (observation_id)
WHERE compared.body_id <> '';

-- The newest year of each series of a body: all departments of a city, or one department in all cities.
CREATE OR REPLACE VIEW bodies_latest AS
SELECT * FROM bodies_yearly
WHERE value IS NOT NULL
QUALIFY row_number() OVER (
    PARTITION BY family, series_code, body_id, indicator_id, scope, unit ORDER BY year DESC
) = 1;

-- The places that a government or a body reported for, and how each became another: one line per change.
CREATE OR REPLACE VIEW changed_places AS
SELECT changes.year, changes.kind, changes.from_code, changes.from_name, changes.to_code, changes.to_name,
       changes.keeps_series
FROM '{curated}/place_changes.parquet' AS changes
WHERE EXISTS (
    SELECT 1 FROM '{curated}/reports.parquet' AS reports
    WHERE (reports.jurisdiction_code = changes.from_code AND reports.jurisdiction_name = changes.from_name)
       OR (reports.jurisdiction_code = changes.to_code AND reports.jurisdiction_name = changes.to_name)
);
