"""The 25 rules of docs/rules.csv: each is shown by tests that exist, or says why it is shown and not enforced."""

import ast
import csv
import re
from functools import cache
from pathlib import Path

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from matching.domain.lifecycle import TABLES
from matching.models.proposal import Proposal
from portal.lifecycle import VOLUNTEER
from portal.municipalities.permissions import PERMISSIONS
from volunteers.boundary.reference import read_facts, read_texts
from volunteers.boundary.verdict import FORBIDDEN_SIDES

ROOT = Path(__file__).parents[2]
with (ROOT / "docs" / "rules.csv").open(encoding="utf-8", newline="") as file:
    RULES = list(csv.DictReader(file))
# What no one can do to a volunteer (R01): the words that code, addresses and permissions would give it away by.
ORDERS = re.compile(r"assign|\border(ed|_to)?\b|instruct|command_volunteer|attend(ance)?\b|tildel|beordr|fremmoede")


@cache
def names_in(path: str) -> frozenset[str]:
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


def addresses(patterns, before=""):
    for pattern in patterns:
        here = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from addresses(pattern.url_patterns, here)
        elif isinstance(pattern, URLPattern):
            yield here, pattern.name or ""


def test_all_25_rules_are_there():
    assert [row["id"] for row in RULES] == [f"R{number:02}" for number in range(1, 26)]


@pytest.mark.parametrize("row", RULES, ids=lambda row: row["id"])
def test_a_rule_names_tests_that_exist_or_says_why_it_is_not_enforced(row):
    named = [name.split("::") for name in row["tests"].split()]
    missing = [f"{path}::{name}" for path, name in named if name not in names_in(path)]
    assert missing == []
    assert named or row["why_shown"].endswith(".")


@pytest.mark.demand("F054")
def test_nothing_in_the_portal_orders_assigns_or_controls_a_volunteer():
    events = {step.event for table in TABLES for step in table.transitions}
    own = [row for row in addresses(get_resolver().url_patterns) if not row[0].startswith(("admin/", "^admin/"))]
    words = [*events, *PERMISSIONS, *(text for row in own for text in row if "wagtail" not in text)]
    assert [word for word in words if ORDERS.search(word)] == []


def test_a_no_is_never_asked_for_a_reason():
    reason = Proposal._meta.get_field("decline_reason")
    assert reason.blank
    volunteers_events = {
        step.event
        for table in TABLES
        for state in table.states
        if VOLUNTEER in state.owners
        for step in table.transitions
        if step.source == state.code
    }
    assert {"volunteer_says_no", "give_back"} <= volunteers_events


def test_money_mission_and_romance_cannot_be_asked_for():
    sides = {row["code"]: row["side"] for row in read_facts()}
    assert {sides[code] for code in ("family_money", "mission", "romantic")} <= FORBIDDEN_SIDES


@pytest.mark.parametrize("language", ["da", "en", "uk", "ar"])
@pytest.mark.parametrize("code", ["mitid_bank", "letters_digital_post"])
def test_tasks_with_mitid_say_that_it_is_the_persons_own(language, code):
    texts = read_texts()[language][code]
    assert texts["must_not"]
    assert any("mitid" in text.lower() for text in (texts["name"], texts["line"], texts["must_not"]))
