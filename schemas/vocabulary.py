"""The closed vocabularies of the tables: all values of columns with a fixed set of choices."""

from schemas.families import Family

FAMILIES = tuple(family.value for family in Family)
BODY_KINDS = (
    "government",
    "office",
    "department",
    "township",
    "subdistrict",
    "zone",
    "institution",
    "party",
    "judicial",
    "vertical",
)
# Kinds of bodies that govern a territory; the others serve a government.
TERRITORIAL_KINDS = ("government", "township", "subdistrict", "zone")
LEVELS = ("country", "province", "city", "county", "township")
MEDIA_TYPES = (
    "text/plain",
    "text/html",
    "application/pdf",
    "application/msword",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/rtf",
    "image/png",
    "image/jpeg",
    "image/tiff",
)

KINDS = ("level", "share", "change_pct", "change_abs", "change_pp", "ratio", "rank")
CHANGE_KINDS = ("change_pct", "change_abs", "change_pp")
QUALIFIERS = ("exact", "approx", "more_than", "less_than", "at_least", "at_most")
DIRECTIONS = ("up", "down")
MODALITIES = ("actual", "target")
MATCH_METHODS = ("none", "rule", "correction", "form", "form_position")
CELL_STATES = ("number", "empty", "not_applicable", "unreadable", "no_unit", "absent")

STAGES = ("fetch", "ingest", "read", "extract", "validate")
SEVERITIES = ("info", "warning", "error")
FINDING_TYPES = ("contradiction", "revision", "missed_target", "misprint", "document")
STATUSES = ("pass", "fail", "uncertain", "not_assessable")

REPORT_ID = rf"^({'|'.join(FAMILIES)})/\d{{6}}(\.[a-z0-9-]+)?/\d{{4}}(-\d+)?$"
JURISDICTION_CODE = r"^\d{6}$"
BODY_ID = r"^([a-z0-9][a-z0-9-]*)?$"
SERIES_CODE = r"^\d{6}(-\d{4})?$"
INDICATOR_ID = r"^[a-z][a-z0-9_]*$"
PERIOD_TYPES = ("year", "years", "point", "part", "open")
# How the words of its clause state a level; see `observations.stated_as`.
STATED_AS = ("start", "arrival", "total", "examples", "part", "ceiling")
# The role of a section of a report: it reviews one year or several, plans, explains, lists, or closes.
SECTION_ROLES = (
    "review",
    "review_of_years",
    "plan",
    "goals",
    "glossary",
    "annex",
    "done_list",
    "task_list",
    "signature",
)
GRADES = ("A", "B", "C")
READINGS = ("text", "ocr")
COMPARED_WITH = r"^(previous_year|average|same_scope|target|plan|other_place|limit|(18|19|20|21)\d\d)$"
IDENTIFIER_WORD = r"^[a-z][a-z0-9_]*$"
SHA256 = r"^[0-9a-f]{64}$"

FIRST_YEAR, LAST_YEAR = 1900, 2100
LARGEST_NUMBER = 1e18

# Properties of an indicator: what it is measured as, how its values add up, which way is better, how growth is stated.
MEASURED_AS = ("level", "share", "change_pct", "rank")
# yearly: a statistic of a whole year (GDP); flow: acts that add up over years; stock: at a date; rate: a ratio.
NATURES = ("yearly", "flow", "stock", "rate")
HIGHER_IS = ("better", "worse", "neutral")
GROWTH = ("nominal", "real")
