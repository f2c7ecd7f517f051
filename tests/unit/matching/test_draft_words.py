"""Every code that a draft stores has words for it."""

from django.utils import translation

from matching.domain.eligibility import RULES
from matching.drafting import plans
from matching.words import drafts as draft_words


def test_every_reason_for_going_without_has_a_text():
    assert tuple(draft_words.WHY_TEXTS) == plans.WHY


def test_every_obstacle_has_a_text_and_every_rule_is_one():
    own = {value for name, value in vars(draft_words).items() if name.isupper() and isinstance(value, str)}
    assert set(draft_words.OBSTACLE_TEXTS) == own | {rule.code for rule in RULES}


def test_what_is_wrong_with_a_wish_is_named():
    with translation.override("en"):
        text = draft_words.why_text({"request": 1, "why": plans.BAD, "problems": ["slots", "coordinates"]})
    assert text == "Something is wrong with what is registered: free times and place"
