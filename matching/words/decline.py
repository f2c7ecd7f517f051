"""Why somebody says no, in words for the one who taps on them; the adviser reads the same."""

from matching.models.proposal import DeclineReason

# What each side may tap. A volunteer offers help and does not wish for any.
REASONS: dict[str, tuple[DeclineReason, ...]] = {
    "household": tuple(DeclineReason),
    "volunteer": tuple(reason for reason in DeclineReason if reason != DeclineReason.OTHER_HELP),
}


def reasons_for(side: str) -> list[tuple[str, str]]:
    """Codes and words, in the order in which they are shown."""
    return [(reason.value, str(reason.label)) for reason in REASONS[side]]
