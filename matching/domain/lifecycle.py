"""The lives of what matching keeps, as tables of allowed transitions. `docs/workflows.md` is printed from them.

Which words the tables are written in, and how one is asked, stands in `portal.lifecycle`.
"""

from portal.lifecycle import (
    ADVISER,
    COORDINATOR,
    DEPARTMENT,
    HOUSEHOLD,
    NOBODY,
    PARTY,
    PORTAL,
    VOLUNTEER,
    NotAllowed,
    State,
    Table,
    Transition,
    allowed,
    events,
    live,
)

__all__ = [
    "AGREEMENT",
    "CHECK_IN",
    "CONCERN",
    "DRAFT",
    "DRAFT_PAIR",
    "HAND_OVER",
    "HOUSEHOLD_LIFE",
    "MATCH",
    "MEETING",
    "MOVE",
    "PROPOSAL",
    "RECEPTION",
    "REQUEST",
    "STEP",
    "TABLES",
    "NotAllowed",
    "allowed",
    "events",
    "live",
]

REQUEST = Table(
    name="request",
    states=(
        State("open", (ADVISER,)),
        State("proposed", (VOLUNTEER, HOUSEHOLD)),
        State("matched", (ADVISER,)),
        State("paused", (ADVISER,)),
        State("closed", (NOBODY,)),
    ),
    transitions=(
        Transition("open", "propose", "proposed"),
        Transition("open", "pause", "paused"),
        Transition("open", "close", "closed"),
        Transition("proposed", "proposal_fails", "open"),
        Transition("proposed", "proposal_succeeds", "matched"),
        Transition("matched", "match_ends", "open"),
        Transition("matched", "close", "closed"),
        Transition("paused", "resume", "open"),
        Transition("paused", "close", "closed"),
        Transition("closed", "reopen", "open"),
    ),
)

# Both are asked at once and may answer in any order; a yes can be taken back until the other has answered.
PROPOSAL = Table(
    name="proposal",
    states=(
        State("proposed", (VOLUNTEER, HOUSEHOLD)),
        State("volunteer_yes", (HOUSEHOLD,)),
        State("household_yes", (VOLUNTEER,)),
        State("accepted", (NOBODY,)),
        State("declined", (NOBODY,)),
        State("withdrawn", (NOBODY,)),
        State("expired", (NOBODY,)),
    ),
    transitions=(
        Transition("proposed", "volunteer_says_yes", "volunteer_yes"),
        Transition("proposed", "household_says_yes", "household_yes"),
        Transition("proposed", "volunteer_says_no", "declined"),
        Transition("proposed", "household_says_no", "declined"),
        Transition("proposed", "withdraw", "withdrawn"),
        Transition("proposed", "expire", "expired"),
        Transition("volunteer_yes", "household_says_yes", "accepted"),
        Transition("volunteer_yes", "household_says_no", "declined"),
        Transition("volunteer_yes", "volunteer_says_no", "declined"),
        Transition("volunteer_yes", "withdraw", "withdrawn"),
        Transition("volunteer_yes", "expire", "expired"),
        Transition("household_yes", "volunteer_says_yes", "accepted"),
        Transition("household_yes", "volunteer_says_no", "declined"),
        Transition("household_yes", "household_says_no", "declined"),
        Transition("household_yes", "withdraw", "withdrawn"),
        Transition("household_yes", "expire", "expired"),
    ),
)

# Either side may end it at any time. It is stopped when somebody has told of a breach of the code: contact is closed
# until the coordinator has spoken with both.
MATCH = Table(
    name="match",
    states=(
        State("active", (ADVISER,)),
        State("paused", (ADVISER,)),
        State("stopped", (COORDINATOR,)),
        State("ended", (NOBODY,)),
    ),
    transitions=(
        Transition("active", "pause", "paused"),
        Transition("active", "stop", "stopped"),
        Transition("active", "end", "ended"),
        Transition("paused", "resume", "active"),
        Transition("paused", "stop", "stopped"),
        Transition("paused", "end", "ended"),
        Transition("stopped", "reopen", "active"),
        Transition("stopped", "end", "ended"),
    ),
)

# Three times to choose from; the first that suits both is agreed. Nobody notes who came: there is no attendance.
MEETING = Table(
    name="meeting",
    states=(
        State("choosing", (VOLUNTEER, HOUSEHOLD)),
        State("agreed", (VOLUNTEER, HOUSEHOLD)),
        State("over", (NOBODY,)),
        State("cancelled", (NOBODY,)),
    ),
    transitions=(
        Transition("choosing", "agree", "agreed"),
        Transition("choosing", "new_times", "choosing"),
        Transition("choosing", "cancel", "cancelled"),
        Transition("agreed", "new_times", "choosing"),
        Transition("agreed", "pass", "over"),
        Transition("agreed", "cancel", "cancelled"),
    ),
)

# How is it going? One tap, and an answer that comes late counts too.
CHECK_IN = Table(
    name="check_in",
    states=(
        State("due", (PORTAL,)),
        State("asked", (PARTY,)),
        State("answered", (NOBODY,)),
        State("unanswered", (PARTY,)),
        State("skipped", (NOBODY,)),
    ),
    transitions=(
        Transition("due", "ask", "asked"),
        Transition("due", "skip", "skipped"),
        Transition("asked", "answer", "answered"),
        Transition("asked", "lapse", "unanswered"),
        Transition("asked", "skip", "skipped"),
        Transition("unanswered", "answer", "answered"),
        Transition("unanswered", "skip", "skipped"),
    ),
)

# "Something is wrong": what either side tells the coordinator in private.
CONCERN = Table(
    name="concern",
    states=(
        State("open", (COORDINATOR,)),
        State("taken", (COORDINATOR,)),
        State("closed", (NOBODY,)),
    ),
    transitions=(
        Transition("open", "take", "taken"),
        Transition("open", "close", "closed"),
        Transition("taken", "close", "closed"),
    ),
)

# A household that has left the municipality, or life, is closed: nothing is written to it any more.
HOUSEHOLD_LIFE = Table(
    name="household",
    states=(
        State("active", (ADVISER,)),
        State("closed", (NOBODY,)),
    ),
    transitions=(
        Transition("active", "close", "closed"),
        Transition("closed", "reopen", "active"),
    ),
)

# A household moves to another municipality, with its consent and to a named adviser there, who must say yes.
MOVE = Table(
    name="move",
    states=(
        State("asked", (ADVISER,)),
        State("accepted", (NOBODY,)),
        State("declined", (NOBODY,)),
        State("cancelled", (NOBODY,)),
    ),
    transitions=(
        Transition("asked", "accept", "accepted"),
        Transition("asked", "decline", "declined"),
        Transition("asked", "cancel", "cancelled"),
    ),
)

# Which tasks the two of a match have agreed on. One side's yes alone does nothing.
AGREEMENT = Table(
    name="agreement",
    states=(
        State("proposed", (VOLUNTEER, HOUSEHOLD)),
        State("volunteer_yes", (HOUSEHOLD,)),
        State("household_yes", (VOLUNTEER,)),
        State("in_force", (VOLUNTEER, HOUSEHOLD)),
        State("replaced", (NOBODY,)),
        State("dropped", (NOBODY,)),
        State("ended", (NOBODY,)),
    ),
    transitions=(
        Transition("proposed", "volunteer_says_yes", "volunteer_yes"),
        Transition("proposed", "household_says_yes", "household_yes"),
        Transition("proposed", "drop", "dropped"),
        Transition("volunteer_yes", "household_says_yes", "in_force"),
        Transition("volunteer_yes", "drop", "dropped"),
        Transition("household_yes", "volunteer_says_yes", "in_force"),
        Transition("household_yes", "drop", "dropped"),
        Transition("in_force", "replace", "replaced"),
        Transition("in_force", "end", "ended"),
    ),
)

# What is not the volunteer's goes to the department that owns it, once the household has said yes.
HAND_OVER = Table(
    name="hand_over",
    states=(
        State("asked", (HOUSEHOLD,)),
        State("sent", (DEPARTMENT,)),
        State("taken", (DEPARTMENT,)),
        State("answered", (NOBODY,)),
        State("declined", (NOBODY,)),
        State("withdrawn", (NOBODY,)),
        State("lapsed", (NOBODY,)),
    ),
    transitions=(
        Transition("asked", "say_yes", "sent"),
        Transition("asked", "say_no", "declined"),
        Transition("asked", "withdraw", "withdrawn"),
        Transition("asked", "lapse", "lapsed"),
        Transition("sent", "take", "taken"),
        Transition("sent", "answer", "answered"),
        Transition("sent", "withdraw", "withdrawn"),
        Transition("taken", "give_back", "sent"),
        Transition("taken", "answer", "answered"),
        Transition("taken", "withdraw", "withdrawn"),
    ),
)

# A household's arrival, from the day it is announced until it is at home.
RECEPTION = Table(
    name="reception",
    states=(
        State("planned", (ADVISER, DEPARTMENT)),
        State("running", (ADVISER, DEPARTMENT)),
        State("finished", (NOBODY,)),
        State("cancelled", (NOBODY,)),
    ),
    transitions=(
        Transition("planned", "arrive", "running"),
        Transition("planned", "cancel", "cancelled"),
        Transition("running", "finish", "finished"),
        Transition("finished", "reopen", "running"),
        Transition("cancelled", "reopen", "planned"),
    ),
)

# One step of it. What volunteers can do is offered to them: they take it, or say nothing.
STEP = Table(
    name="step",
    states=(
        State("open", (DEPARTMENT, ADVISER)),
        State("taken", (VOLUNTEER,)),
        State("done", (NOBODY,)),
        State("not_needed", (NOBODY,)),
    ),
    transitions=(
        Transition("open", "take", "taken"),
        Transition("open", "do", "done"),
        Transition("open", "skip", "not_needed"),
        Transition("taken", "give_back", "open"),
        Transition("taken", "do", "done"),
        Transition("taken", "skip", "not_needed"),
        Transition("done", "undo", "open"),
        Transition("not_needed", "undo", "open"),
    ),
)

# Suggestions for all who wait at once. Nothing in a draft is told to anybody until an adviser sends it.
DRAFT = Table(
    name="draft",
    states=(
        State("making", (PORTAL,)),
        State("open", (ADVISER,)),
        State("sent", (NOBODY,)),
        State("discarded", (NOBODY,)),
        State("failed", (NOBODY,)),
    ),
    transitions=(
        Transition("making", "made", "open"),
        Transition("making", "break_off", "failed"),
        Transition("making", "discard", "discarded"),
        Transition("open", "send", "sent"),
        Transition("open", "discard", "discarded"),
    ),
)

# One suggestion in a draft. Only what an adviser has accepted or pinned can be sent.
DRAFT_PAIR = Table(
    name="pair",
    states=(
        State("suggested", (ADVISER,)),
        State("accepted", (ADVISER,)),
        State("pinned", (ADVISER,)),
        State("dropped", (ADVISER,)),
        State("sent", (NOBODY,)),
        State("failed", (NOBODY,)),
    ),
    transitions=(
        Transition("suggested", "accept", "accepted"),
        Transition("suggested", "pin", "pinned"),
        Transition("suggested", "drop", "dropped"),
        Transition("accepted", "pin", "pinned"),
        Transition("accepted", "drop", "dropped"),
        Transition("accepted", "undo", "suggested"),
        Transition("accepted", "send", "sent"),
        Transition("accepted", "fail", "failed"),
        Transition("pinned", "accept", "accepted"),
        Transition("pinned", "drop", "dropped"),
        Transition("pinned", "undo", "suggested"),
        Transition("pinned", "send", "sent"),
        Transition("pinned", "fail", "failed"),
        Transition("dropped", "undo", "suggested"),
    ),
)

TABLES: tuple[Table, ...] = (
    REQUEST,
    PROPOSAL,
    MATCH,
    MEETING,
    CHECK_IN,
    CONCERN,
    HOUSEHOLD_LIFE,
    MOVE,
    AGREEMENT,
    HAND_OVER,
    RECEPTION,
    STEP,
    DRAFT,
    DRAFT_PAIR,
)
