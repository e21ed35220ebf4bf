"""Decisions: what they write, what the next run publishes, how they are undone, and that nobody's edit is lost."""

from __future__ import annotations

import pyarrow.parquet as parquet
import pytest
import yaml
from typer.testing import CliRunner

from flows.cli.app import app
from nianbao.indicators.suggest import Evidence
from nianbao.review.items import Action, DecisionRefused, Item, ItemKind, Wording
from nianbao.review.patches import PatchRefused
from nianbao.review.session import FileChanged
from tests.review.review_factory import DAY, Place, decide, only


def entries(place: Place) -> list[dict[str, object]]:
    """Return the entries that were written."""
    found: list[dict[str, object]] = yaml.safe_load(place.file.read_text("utf-8"))["corrections"]
    return found


def run(place: Place) -> None:
    """Publish again by the command line."""
    arguments = ["run", "--direct", "--no-fetch", "--no-atlas", "--raw", str(place.raw)]
    done = CliRunner().invoke(
        app, [*arguments, "--curated", str(place.curated), "--corrections", str(place.corrections)]
    )
    assert done.exit_code == 0, done.output


def test_the_queue_has_what_was_withheld_next_to_its_sentences(place: Place) -> None:
    """An unlikely and a contradicted comparison are items with their figures, sentences and the published reason."""
    session = place.session()
    unlikely, contradicted = only(session, ItemKind.UNLIKELY), only(session, ItemKind.CONTRADICTED)
    assert [(r.role, r.quote, r.value) for r in unlikely.readings] == [
        ("value", "91234宗", 91234),
        ("previous", "1234宗", 1234),
    ]
    assert [r.quote for r in contradicted.readings] == ["5宗", "91234宗", "7.3%"]
    assert all(r.quote in r.sentence and r.words in r.sentence for r in unlikely.readings)
    assert "unlikely" in unlikely.note
    assert "7.3%" in contradicted.note


def test_a_confirmed_unlikely_comparison_is_compared_by_the_next_run(place: Place) -> None:
    """Accepting writes both figures with who, when, why and the expected value; the next run compares them."""
    session = place.session()
    item = only(session, ItemKind.UNLIKELY)
    proposal = session.propose(item, decide(Action.ACCEPT))
    assert not place.file.exists()
    assert any(line.startswith("+") and "confirm" in line for line in proposal.lines)
    session.write(proposal.proposal_id)
    assert [(e["quote"], e["expect"], e["action"]) for e in entries(place)] == [
        ("91234宗", 91234, "confirm"),
        ("1234宗", 1234, "confirm"),
    ]
    assert {(e["by"], e["date"], e["reason"]) for e in entries(place)} == {("a reader", DAY, "read in the report")}
    assert session.decided([item]) == {item.item_id}
    assert place.comparison(item.readings[0].indicator_id or "", 2019)["comparability"] == "unlikely"
    run(place)
    published = place.comparison(item.readings[0].indicator_id or "", 2019)
    assert (published["comparability"], published["change_abs"]) == ("comparable", 90000)
    assert place.session().queue.items(ItemKind.UNLIKELY) == []


def test_a_corrected_value_is_published_by_the_next_run(place: Place) -> None:
    """Correcting a figure writes what is expected and what is right, and the next run publishes and compares it."""
    session = place.session()
    item = only(session, ItemKind.UNLIKELY)
    session.write(session.propose(item, decide(Action.CORRECT, changes={"value": "1,334"})).proposal_id)
    assert [(e["action"], e["expect"], e["set"]) for e in entries(place)] == [("override", 91234, {"value": 1334})]
    run(place)
    published = place.comparison(item.readings[0].indicator_id or "", 2019)
    assert (published["value"], published["comparability"], published["change_abs"]) == (1334, "comparable", 100)
    rows = parquet.read_table(place.version / "corrections.parquet").to_pylist()
    assert [(row["old_value"], row["new_value"], row["corrected_by"]) for row in rows] == [
        ("91234", "1334", "a reader")
    ]


def test_a_rejected_figure_is_gone_after_the_next_run(place: Place) -> None:
    """Rejecting drops the chosen figure, so nothing is compared with it."""
    session = place.session()
    item = only(session, ItemKind.UNLIKELY)
    session.write(session.propose(item, decide(Action.REJECT, reading=1)).proposal_id)
    assert [(e["action"], e["quote"]) for e in entries(place)] == [("drop", "1234宗")]
    run(place)
    assert place.comparison(item.readings[0].indicator_id or "", 2019)["comparability"] != "comparable"


def test_a_value_and_an_indicator_are_corrected_one_after_another(place: Place) -> None:
    """The second entry expects what the first one leaves, so that both apply."""
    session = place.session()
    item = only(session, ItemKind.UNLIKELY)
    changes = {"value": "91", "indicator_id": "reconsideration_closed"}
    session.write(session.propose(item, decide(Action.CORRECT, changes=changes)).proposal_id)
    assert [(e["action"], e["expect"]) for e in entries(place)] == [("override", 91234), ("rename", 91)]
    run(place)


def test_undoing_restores_the_bytes_and_keeps_what_others_wrote(place: Place) -> None:
    """An edit is undone to the byte; if others wrote since, only this edit goes."""
    place.file.write_text("# ours\r\ncorrections: []\r\n", newline="")
    before = place.file.read_bytes()
    session, other = place.session(), place.session()
    unlikely = only(session, ItemKind.UNLIKELY)
    session.write(session.propose(unlikely, decide(Action.ACCEPT)).proposal_id)
    session.write(session.propose_undo(session.edits[-1].edit_id).proposal_id)
    assert place.file.read_bytes() == before
    session.write(session.propose(unlikely, decide(Action.REJECT, reading=1)).proposal_id)
    contradicted = only(other, ItemKind.CONTRADICTED)
    other.write(other.propose(contradicted, decide(Action.CORRECT, changes={"value": "91300"})).proposal_id)
    session.write(session.propose_undo(session.edits[-1].edit_id).proposal_id)
    assert [(e["quote"], e["action"]) for e in entries(place)] == [("5宗", "override")]
    other.write(other.propose_undo(other.edits[-1].edit_id).proposal_id)
    assert session.edits == other.edits == []


def test_undoing_all_edits_of_two_reviewers_leaves_no_file(place: Place) -> None:
    """A file that reviews made is removed with the last of its entries, in whatever order they are undone."""
    session, other = place.session(), place.session()
    session.write(session.propose(only(session, ItemKind.UNLIKELY), decide(Action.REJECT, reading=1)).proposal_id)
    fix = decide(Action.CORRECT, changes={"value": "91300"})
    other.write(other.propose(only(other, ItemKind.CONTRADICTED), fix).proposal_id)
    for reviewer in (session, other):
        reviewer.write(reviewer.propose_undo(reviewer.edits[-1].edit_id).proposal_id)
    assert not place.file.exists()


def test_two_reviewers_of_one_file_lose_nothing(place: Place) -> None:
    """The slower reviewer's edit is refused with what the other wrote, and made again after it."""
    reviewer, colleague = place.session(), place.session()
    first = reviewer.propose(only(reviewer, ItemKind.UNLIKELY), decide(Action.REJECT, reading=1))
    second = colleague.propose(
        only(colleague, ItemKind.CONTRADICTED), decide(Action.CORRECT, changes={"value": "91300"})
    )
    reviewer.write(first.proposal_id)
    with pytest.raises(FileChanged) as changed:
        colleague.write(second.proposal_id)
    assert any("drop" in line for line in changed.value.lines)
    assert [e["action"] for e in entries(place)] == ["drop"]
    colleague.write(changed.value.again.proposal_id)
    assert [e["action"] for e in entries(place)] == ["drop", "override"]
    run(place)


def test_two_reviewers_cannot_decide_about_one_figure(place: Place) -> None:
    """A figure that another reviewer has dropped cannot be confirmed: the run would not find it."""
    reviewer, colleague = place.session(), place.session()
    proposal = colleague.propose(only(colleague, ItemKind.UNLIKELY), decide(Action.ACCEPT))
    drop = reviewer.propose(only(reviewer, ItemKind.UNLIKELY), decide(Action.REJECT, by="another"))
    reviewer.write(drop.proposal_id)
    with pytest.raises(DecisionRefused, match="another has decided about 91234宗 already"):
        colleague.write(proposal.proposal_id)
    assert [e["action"] for e in entries(place)] == ["drop"]


@pytest.mark.parametrize(
    ("action", "more", "what"),
    [
        (Action.ACCEPT, {"by": " "}, "give your name"),
        (Action.ACCEPT, {"reason": ""}, "give a reason"),
        (Action.CORRECT, {"changes": {"value": "91234"}}, "nothing is changed"),
        (Action.CORRECT, {"changes": {"value": "many"}}, "must be a number"),
        (Action.CORRECT, {"changes": {"value": "nan"}}, "must be a number"),
        (Action.CORRECT, {"changes": {"quote": "1"}}, "cannot be corrected here"),
        (Action.REJECT, {"reading": 7}, "choose the figure"),
    ],
)
def test_an_incomplete_decision_is_refused(place: Place, action: Action, more: dict[str, object], what: str) -> None:
    """A decision without name, reason or change says what is missing and writes nothing."""
    session = place.session()
    with pytest.raises((DecisionRefused, AttributeError), match=what):
        session.propose(only(session, ItemKind.UNLIKELY), decide(action, **more))
    assert not place.file.exists()


def test_an_edit_that_would_be_wrong_is_refused_before_it_is_shown(place: Place) -> None:
    """An unknown indicator is refused with the message that the run would give."""
    session = place.session()
    changes = {"indicator_id": "teapots"}
    with pytest.raises(PatchRefused, match="'teapots' is no indicator"):
        session.propose(only(session, ItemKind.UNLIKELY), decide(Action.CORRECT, changes=changes))


def wording(values: tuple[str, ...] = ("奇异总值",), head: str = "奇异总值") -> Item:
    """Return a proposed wording of the gross domestic product."""
    example = Evidence("work_report/440300/2019", "3亿元", "奇异总值3亿元。")
    return Item("w", ItemKind.WORDING, "w", "w", "", wording=Wording("id", "gdp", "wordings", values, head, (example,)))


@pytest.mark.parametrize(("action", "key"), [(Action.ACCEPT, "wordings"), (Action.REJECT, "without")])
def test_a_wording_is_added_to_the_catalog_and_undone(place: Place, action: Action, key: str) -> None:
    """Accepting adds the wording and rejecting excludes it, with a signed comment; undoing restores the bytes."""
    session = place.session(place.catalog)
    before = {path.name: path.read_bytes() for path in place.catalog.glob("*.yaml")}
    proposal = session.propose(wording(), decide(action))
    session.write(proposal.proposal_id)
    text = proposal.path.read_text("utf-8")
    entry = next(e for e in yaml.safe_load(text)["indicators"] if e["id"] == "gdp")
    assert entry[key][-1] == "奇异总值"
    assert "# 2026-03-01 a reader: " in text
    assert "(3亿元 in work_report/440300/2019): read in the report" in text
    assert session.decided([wording()]) == {"w"}
    session.write(session.propose_undo(session.edits[-1].edit_id).proposal_id)
    assert {path.name: path.read_bytes() for path in place.catalog.glob("*.yaml")} == before
    assert session.decided([wording()]) == set()


def test_a_wording_of_another_indicator_is_refused(place: Place) -> None:
    """A wording that the catalog gives to another indicator is refused with file and line, and nothing is written."""
    session = place.session(place.catalog)
    with pytest.raises(PatchRefused, match=r"the edit would be wrong: work_report.*yaml:\d+: "):
        session.propose(wording(("一般公共预算支出",)), decide(Action.ACCEPT))
