"""What the details of an event in the audit trail say, in words."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from matching.words import reasons
from matching.words.points import points
from volunteers import words

Details = Mapping[str, Any]


def details_text(action: str, details: Details) -> str:
    """What changed, or why it ended; empty where the action says it all."""
    if action == "weights.chosen":
        return _changed_weights(details)
    if action == "proposal.withdraw" and details.get("rules"):
        return _why_withdrawn(details)
    return ""


def _changed_weights(details: Details) -> str:
    """ "Distance 30 → 20 %", for every part that changed."""
    before, after = details["before"], details["after"]
    return words.listed(
        [
            _("%(part)s %(before)d → %(after)d%%")
            % {"part": reasons.PART_TEXTS[part], "before": points(before[part]), "after": points(after[part])}
            for part in after
        ]
    )


def _why_withdrawn(details: Details) -> str:
    rules = {"rules": _rules(details["rules"])}
    if details.get("at_yes_of") == "volunteer":
        return _("The volunteer said yes, but the rules no longer allow it: %(rules)s") % rules
    if details.get("at_yes_of") == "household":
        return _("The household said yes, but the rules no longer allow it: %(rules)s") % rules
    return _("The rules no longer allow it: %(rules)s") % rules


def _rules(rules: Iterable[str]) -> str:
    return words.listed([reasons.rule_text(rule) for rule in rules])
