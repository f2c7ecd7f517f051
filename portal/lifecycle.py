"""Lives as tables of allowed transitions: the words that every table is written in, and looking things up in one.

Pure Python: the matching core uses it too.
"""

from dataclasses import dataclass

VOLUNTEER = "volunteer"
HOUSEHOLD = "household"
ADVISER = "adviser"
COORDINATOR = "coordinator"
DEPARTMENT = "department"
PARTY = "party"  # whoever it is about: a volunteer or a household
PORTAL = "portal"
NOBODY = "nobody"
OWNERS = (VOLUNTEER, HOUSEHOLD, ADVISER, COORDINATOR, DEPARTMENT, PARTY, PORTAL, NOBODY)


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
