"""Every code that people meet has words for it."""

import ast
import re
from pathlib import Path

import pytest
from django.utils import translation

from matching import states, trail
from matching.boundary import TASK_TYPES
from matching.domain import explanation, lifecycle, scoring, validation
from matching.domain.eligibility import RULES
from matching.states import Decision, DraftState, MatchState, ProposalState, RequestState
from matching.words import reasons
from portal.messages.lifecycle import MESSAGE
from portal.messages.models import MessageState
from portal.privacy.lifecycle import CONSENT
from portal.privacy.models import ConsentState
from volunteers.boundary.reference import read_facts, read_texts
from volunteers.boundary.verdict import FORBIDDEN_SIDES
from volunteers.choices import HelpKind


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


def test_every_reason_has_a_text():
    assert list(reasons.REASON_TEXTS) == [code for code, _ in explanation.REASONS]


def test_every_rule_has_a_text():
    assert list(reasons.RULE_TEXTS) == [rule.code for rule in RULES]


def test_every_part_of_a_score_has_a_name():
    assert list(reasons.PART_TEXTS) == [name for name, _ in scoring.PARTS]


def test_every_problem_of_a_row_has_a_text():
    tree = ast.parse(Path(validation.__file__).read_text(encoding="utf-8"))
    named = {
        keyword.arg
        for call in ast.walk(tree)
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "_named"
        for keyword in call.keywords
    }
    assert set(reasons.PROBLEM_TEXTS) == named


@pytest.mark.parametrize(
    ("table", "choices"),
    [
        (lifecycle.REQUEST, RequestState),
        (lifecycle.PROPOSAL, ProposalState),
        (lifecycle.MATCH, MatchState),
        (lifecycle.MEETING, states.MeetingState),
        (lifecycle.CHECK_IN, states.CheckInState),
        (lifecycle.CONCERN, states.ConcernState),
        (lifecycle.HOUSEHOLD_LIFE, states.HouseholdState),
        (lifecycle.MOVE, states.MoveState),
        (CONSENT, ConsentState),
        (MESSAGE, MessageState),
        (lifecycle.DRAFT, DraftState),
        (lifecycle.DRAFT_PAIR, Decision),
    ],
)
def test_every_state_has_a_label_and_every_event_a_line_in_the_trail(table, choices):
    assert choices.values == [state.code for state in table.states]
    assert all(choices.labels)
    events = {f"{table.name}.{step.event}" for step in table.transitions}
    assert events <= set(trail.ACTION_TEXTS)


def test_live_states_are_those_in_which_somebody_acts():
    assert states.LIVE_PROPOSALS == ("proposed", "volunteer_yes", "household_yes")
    assert states.LIVE_MATCHES == ("active", "paused", "stopped")


def test_every_action_that_the_code_writes_has_a_text():
    root = Path(trail.__file__).parents[1]
    written = {
        node.args[0].value
        for folder in ("matching", "volunteers", "portal")
        for path in (root / folder).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "write"
        and node.args
        and isinstance(node.args[0], ast.Constant)
        and isinstance(node.args[0].value, str)
        and re.fullmatch(r"[a-z]+\.[a-z_]+", node.args[0].value)
    }
    assert len(written) >= 6
    assert written <= set(trail.ACTION_TEXTS)


def test_every_kind_of_help_says_what_one_may_and_may_not_do_and_is_open_to_volunteers():
    rows = {row["code"]: row for row in read_facts()}
    assert set(TASK_TYPES) == set(HelpKind)
    for code in TASK_TYPES.values():
        assert rows[code]["side"] not in FORBIDDEN_SIDES
        assert all(texts[code][field] for texts in read_texts().values() for field in ("may", "must_not"))


@pytest.mark.parametrize(
    ("code", "values", "text"),
    [
        ("shared_language", {"language": "kmr", "level": 3}, "Both speak Kurmanji (Northern Kurdish) well"),
        ("shared_language", {"language": "da", "level": 2}, "Both speak Danish, everyday talk"),
        ("interpreter", {}, "No language in common: an interpreter is booked"),
        ("danish_practice", {"level": 4}, "Can practise Danish together"),
        ("kilometres", {"km": 3.2}, "3.2 km from each other"),
        ("kilometres", {"km": 0.0}, "Live in the same postcode area"),
        ("children_close", {"bands": ("7-9",)}, "Children of the same age: 7–9 years"),
        ("common_times", {"slots": ("tue-evening",)}, "Free at the same time: Tuesday evening"),
        ("interests", {"interests": ("food", "sport")}, "Both like sport and food and cooking"),
        ("age_wish", {"band": "25-39"}, "Is of the age that the household wishes: 25–39"),
    ],
)
def test_a_reason_in_words(code, values, text):
    assert reasons.reason_text(code, values) == text


def test_a_stored_reason_reads_the_same_as_a_fresh_one():
    # JSON turns tuples into lists.
    fresh = reasons.reason_text("children_close", {"bands": ("7-9", "10-14")})
    assert fresh == reasons.reason_text("children_close", {"bands": ["7-9", "10-14"]})


def test_an_exclusion_in_words():
    assert reasons.exclusion_text("language", 12) == "12: no shared language"


def test_the_rule_on_earlier_pairs_is_true_of_the_same_person_too_and_its_two_causes_can_be_told_apart():
    assert "the same person" in reasons.rule_text("earlier_pair")
    assert reasons.exclusion_text(reasons.THEMSELVES, 2) == "2: they are the household themselves"
    assert reasons.exclusion_text(reasons.ASKED_BEFORE, 1).startswith("1: asked before")


def test_an_unknown_reason_is_an_error_and_never_left_out():
    with pytest.raises(KeyError):
        reasons.reason_text("horoscope", {})
