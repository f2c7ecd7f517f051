"""Every text that the portal sends or reads aloud: which values stand in it, and whether it may go by SMS."""

import re
from dataclasses import dataclass

# May stand in every text: the portal's name and the municipality that writes.
ALWAYS_ALLOWED = frozenset({"portal", "municipality"})
PLACEHOLDER = re.compile(r"\{(\w+)\}")
_BRACE = re.compile(r"[{}]")


@dataclass(frozen=True, slots=True)
class TextKind:
    """A text: the placeholders that must all stand in it, and whom and how it reaches."""

    placeholders: frozenset[str] = frozenset()
    sms: bool = True
    for_staff: bool = False  # read by employees only: Danish and English


def _sms(*placeholders: str) -> TextKind:
    return TextKind(frozenset(placeholders))


def _not_sms(*placeholders: str) -> TextKind:
    return TextKind(frozenset(placeholders), sms=False)


def _staff(*placeholders: str) -> TextKind:
    return TextKind(frozenset(placeholders), sms=False, for_staff=True)


REGISTRY: dict[str, TextKind] = {
    # What stands around every text that goes by e-mail.
    "mail_frame": _not_sms("text"),
    # A proposal, and how it ends.
    "proposal_household": _sms("link"),
    "proposal_volunteer": _sms("link", "day"),
    "proposal_reminder_household": _sms("link"),
    "proposal_reminder_volunteer": _sms("link", "day"),
    "proposal_over_answered": _sms(),
    "proposal_over_unanswered": _sms(),
    "proposal_over_household": _sms(),
    # A match: meeting, following up, pausing, ending.
    "match_volunteer": _sms("link"),
    "match_household": _sms("link"),
    "meeting_choose": _sms("link"),
    "meeting_agreed": _sms("day", "time", "place", "link"),
    "meeting_video": _sms("day", "time", "link"),
    "meeting_reminder": _sms("day", "time", "place"),
    "meeting_cancelled": _sms("link"),
    "meeting_called_off": _sms("day"),
    "agreement_ready": _sms("link"),
    "agreement_in_force": _sms("link"),
    "agreement_changed": _sms("link"),
    "check_in": _sms("link"),
    "match_ended_volunteer": _sms(),
    "match_ended_household": _sms(),
    "match_paused": _sms(),
    "match_resumed": _sms(),
    "contact_stopped": _sms(),
    # Asking for a consent, and before it runs out.
    "consent_ask": _sms("link"),
    "consent_ends": _sms("day", "link"),
    # A task that is handed over to the department that owns it.
    "hand_over_ask": _sms("link"),
    "hand_over_sent": _sms(),
    "hand_over_answered": _sms(),
    "hand_over_answered_household": _sms(),
    "hand_over_not_sent": _sms(),
    "staff_hand_over": _staff("address"),
    "staff_hand_over_due": _staff("address"),
    "staff_hand_over_overdue": _staff("address"),
    "staff_hand_over_withdrawn": _staff("address"),
    # Answers to an SMS that came in.
    "sms_help": _sms(),
    "sms_stopped": _sms(),
    "sms_started": _sms(),
    "sms_thanks_yes": _sms(),
    "sms_thanks_no": _sms(),
    "sms_which_one": _sms("link"),
    "sms_too_late": _sms(),
    "sms_after_match": _sms("link"),
    # What happens around it.
    "concern_received": _sms(),
    "adviser_changed": _sms(),
    "household_moved": _sms(),
    "access": _not_sms("email", "address"),
    "municipality_joined": _sms(),
    "staff_concern": _staff("address"),
    "staff_move": _staff("address"),
    "staff_steps_due": _staff("due", "overdue", "address"),
    "staff_need_stopped": _staff("address"),
    # Printed and sent by post before a household comes.
    "welcome_letter": _not_sms("adviser", "day"),
    # The words of a consent, shown and read aloud: the subject is its title.
    "consent_matching": _not_sms("day"),
    "consent_matching_volunteer": _not_sms("day"),
    "consent_match_household": _not_sms("fields", "day"),
    "consent_match_volunteer": _not_sms("fields", "day"),
    "consent_move": _not_sms("municipality_to", "adviser", "day"),
    "consent_hand_over": _not_sms("department", "task", "day"),
    "consent_script": _not_sms(),
}


def languages_of(code: str, languages: tuple[str, ...]) -> tuple[str, ...]:
    """Those of the languages in which this text is written."""
    return tuple(name for name in languages if name in {"da", "en"}) if REGISTRY[code].for_staff else languages


@dataclass(frozen=True, slots=True)
class WrongPlaceholders:
    """How a text's placeholders differ from those it should have."""

    missing: tuple[str, ...]
    unknown: tuple[str, ...]
    loose_braces: bool

    def __bool__(self) -> bool:
        return bool(self.missing or self.unknown or self.loose_braces)


def wrong_placeholders(code: str, subject: str, text: str) -> WrongPlaceholders:
    """What is wrong with the placeholders of a text; false when all is right.

    Every declared one must stand in the text itself. The subject may use any of them, and need not.
    """
    declared = REGISTRY[code].placeholders
    in_text = set(PLACEHOLDER.findall(text))
    in_subject = set(PLACEHOLDER.findall(subject))
    return WrongPlaceholders(
        missing=tuple(sorted(declared - in_text)),
        unknown=tuple(sorted((in_text | in_subject) - declared - ALWAYS_ALLOWED)),
        loose_braces=bool(_BRACE.search(PLACEHOLDER.sub("", f"{subject} {text}"))),
    )
