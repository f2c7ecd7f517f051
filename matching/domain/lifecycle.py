"""The lives of a request, a proposal, a match and a draft of many proposals, as tables of allowed transitions.

`python -m matching.domain.lifecycle` prints docs/workflows.md.
"""

import sys
from dataclasses import dataclass

VOLUNTEER = "volunteer"
HOUSEHOLD = "household"
ADVISER = "adviser"
PORTAL = "portal"
NOBODY = "nobody"
OWNERS = (VOLUNTEER, HOUSEHOLD, ADVISER, PORTAL, NOBODY)


@dataclass(frozen=True, slots=True)
class State:
    """A stage of a life, and who must act for it to go on."""

    code: str
    owners: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Transition:
    """What an event makes of a state."""

    source: str
    event: str
    target: str


@dataclass(frozen=True, slots=True)
class Table:
    """One life: its states (the first is where it begins) and all transitions that are allowed."""

    name: str
    states: tuple[State, ...]
    transitions: tuple[Transition, ...]

    @property
    def initial(self) -> str:
        """The state in which every life begins."""
        return self.states[0].code


class NotAllowed(Exception):
    """The event is not allowed in the state."""

    def __init__(self, table: str, state: str, event: str) -> None:
        super().__init__(f"{table}: {event} is not allowed in state {state}")
        self.table = table
        self.state = state
        self.event = event


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

MATCH = Table(
    name="match",
    states=(
        State("active", (ADVISER,)),
        State("paused", (ADVISER,)),
        State("ended", (NOBODY,)),
    ),
    transitions=(
        Transition("active", "pause", "paused"),
        Transition("active", "end", "ended"),
        Transition("paused", "resume", "active"),
        Transition("paused", "end", "ended"),
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

TABLES: tuple[Table, ...] = (REQUEST, PROPOSAL, MATCH, DRAFT, DRAFT_PAIR)


def allowed(table: Table, source: str, event: str) -> str:
    """Return the state that an event leads to. Raises NotAllowed, also for unknown states and events."""
    for transition in table.transitions:
        if (transition.source, transition.event) == (source, event):
            return transition.target
    raise NotAllowed(table.name, source, event)


def events(table: Table, source: str) -> tuple[str, ...]:
    """Return the events that are allowed in a state: none in one where the life is over."""
    return tuple(transition.event for transition in table.transitions if transition.source == source)


def live(table: Table) -> tuple[str, ...]:
    """Return the states in which somebody still has to act."""
    return tuple(state.code for state in table.states if state.owners != (NOBODY,))


def mermaid(table: Table) -> str:
    """Return a Mermaid state diagram of the table, without a line break at the end."""
    lines = ["stateDiagram-v2", f"    [*] --> {table.initial}"]
    lines += [f"    {step.source} --> {step.target}: {step.event}" for step in table.transitions]
    lines += [f"    {state.code} --> [*]" for state in table.states if state.owners == (NOBODY,)]
    return "\n".join(lines)


def document() -> str:
    """Return the text of docs/workflows.md."""
    return "\n".join([_INTRODUCTION, *(_section(table) for table in TABLES)])


_INTRODUCTION = """\
# Workflows

Printed by `python -m matching.domain.lifecycle` from the tables in `matching/domain/lifecycle.py`;
a test compares. What is not drawn here is refused. A no needs no reason, from either side.
"""


def _section(table: Table) -> str:
    owners = [f"| {state.code} | {', '.join(state.owners)} |" for state in table.states]
    return "\n".join(
        [
            f"## {table.name.capitalize()}",
            "",
            "```mermaid",
            mermaid(table),
            "```",
            "",
            "| State | Who acts next |",
            "| --- | --- |",
            *owners,
            "",
        ]
    )


if __name__ == "__main__":
    sys.stdout.write(document())
