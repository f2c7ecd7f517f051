"""No rule can go without a specification that fails: shown by switching each off, wherever it is written."""

from pathlib import Path

import pytest

from matching.domain import compiled
from matching.domain.eligibility import RULES
from tests.mutate_rules import IN_WORDS, Mutant, failing, loop_without, page, verdicts

ROOT = Path(__file__).parents[4]


@pytest.fixture(scope="module")
def found():
    return verdicts()


def test_every_rule_that_is_switched_off_makes_a_specification_fail(found):
    assert [(one.mutant.where, one.mutant.what) for one in found if not one.failing] == []


@pytest.mark.parametrize("where", IN_WORDS)
def test_no_specification_fails_when_nothing_is_switched_off(where):
    whole_loop = loop_without(None)

    assert failing(Mutant(where, "nothing", lambda patch: patch.setattr(compiled, "search", whole_loop))) == ()


@pytest.mark.parametrize("where", ["reference", "counting"])
def test_every_rule_is_switched_off(found, where):
    assert sorted(one.mutant.what for one in found if one.mutant.where == where) == sorted(rule.code for rule in RULES)


def test_the_list_in_the_documentation_is_up_to_date(found):
    written = (ROOT / "docs" / "rules-mutation.md").read_text(encoding="utf-8")

    assert written == page(found), "python -m tests.mutate_rules > docs/rules-mutation.md"
