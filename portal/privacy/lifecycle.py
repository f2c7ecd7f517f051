"""The life of a consent. Where it stands follows from its dates, so that it ends by itself in the very second.

Pure Python: `docs/workflows.md` is printed from it.
"""

from portal.lifecycle import COORDINATOR, NOBODY, PARTY, State, Table, Transition

CONSENT = Table(
    name="consent",
    states=(
        State("in_force", (PARTY,)),
        State("paused", (COORDINATOR,)),
        State("withdrawn", (NOBODY,)),
        State("expired", (NOBODY,)),
    ),
    transitions=(
        Transition("in_force", "pause", "paused"),
        Transition("in_force", "withdraw", "withdrawn"),
        Transition("in_force", "expire", "expired"),
        Transition("paused", "resume", "in_force"),
        Transition("paused", "withdraw", "withdrawn"),
        Transition("paused", "expire", "expired"),
    ),
)
