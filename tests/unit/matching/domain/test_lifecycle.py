"""The lives of all that has states: what may happen when, and who must act."""

from pathlib import Path

import pytest

from matching.domain.lifecycle import MATCH, PROPOSAL, REQUEST
from matching.workflows import TABLES, document
from portal.lifecycle import NOBODY, OWNERS, NotAllowed, allowed, events, live, mermaid

WORKFLOWS = Path(__file__).parents[4] / "docs" / "workflows.md"

every_table = pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)


def follow(table, *happening):
    """Return the state that a series of events leads to from the beginning."""
    state = table.initial
    for event in happening:
        state = allowed(table, state, event)
    return state


# Every table is sound


@every_table
def test_every_state_has_an_owner_that_exists(table):
    assert all(state.owners and set(state.owners) <= set(OWNERS) for state in table.states)


@every_table
def test_nobody_shares_a_state_with_nobody(table):
    assert all(state.owners == (NOBODY,) or NOBODY not in state.owners for state in table.states)


@every_table
def test_states_are_named_once_and_transitions_are_between_them(table):
    codes = [state.code for state in table.states]
    ends = {step.source for step in table.transitions} | {step.target for step in table.transitions}

    assert len(codes) == len(set(codes))
    assert ends == set(codes)


@every_table
def test_an_event_leads_to_one_state_only(table):
    causes = [(step.source, step.event) for step in table.transitions]

    assert len(causes) == len(set(causes))


@every_table
def test_every_state_can_be_reached_from_the_beginning(table):
    reached = {table.initial}
    for _ in table.states:
        reached |= {step.target for step in table.transitions if step.source in reached}

    assert reached == {state.code for state in table.states}


@every_table
def test_where_somebody_must_act_there_is_something_to_do(table):
    assert all(events(table, state) for state in live(table))


@every_table
def test_what_is_not_in_the_table_is_refused(table):
    drawn = {(step.source, step.event) for step in table.transitions}
    happenings = {step.event for step in table.transitions} | {"made_up"}

    for state in [*(state.code for state in table.states), "made_up"]:
        for event in happenings - {event for source, event in drawn if source == state}:
            with pytest.raises(NotAllowed, match=f"{event} is not allowed in state {state}"):
                allowed(table, state, event)


# Proposal


@pytest.mark.parametrize(
    "answers",
    [("volunteer_says_yes", "household_says_yes"), ("household_says_yes", "volunteer_says_yes")],
)
def test_two_yeses_in_any_order_make_a_match(answers):
    assert follow(PROPOSAL, *answers) == "accepted"


@pytest.mark.demand("F054")
@pytest.mark.parametrize("before", [(), ("volunteer_says_yes",), ("household_says_yes",)])
@pytest.mark.parametrize("no", ["volunteer_says_no", "household_says_no"])
def test_either_side_can_say_no_until_both_have_said_yes(before, no):
    assert follow(PROPOSAL, *before, no) == "declined"


@pytest.mark.demand("F054")
def test_only_the_two_sides_own_yeses_lead_to_a_match():
    ways = {step.event for step in PROPOSAL.transitions if step.target == "accepted"}

    assert ways == {"volunteer_says_yes", "household_says_yes"}


@pytest.mark.demand("F054")
@pytest.mark.parametrize("missing", ["volunteer_says_yes", "household_says_yes"])
def test_nobody_can_assign_or_order(missing):
    """Whatever else happens, in any order: without this yes there is no match."""
    reached = {PROPOSAL.initial}
    for _ in PROPOSAL.states:
        reached |= {step.target for step in PROPOSAL.transitions if step.source in reached and step.event != missing}

    assert len(reached) > 1
    assert "accepted" not in reached


def test_an_adviser_can_withdraw_and_time_can_run_out_until_both_have_answered():
    for state in live(PROPOSAL):
        assert allowed(PROPOSAL, state, "withdraw") == "withdrawn"
        assert allowed(PROPOSAL, state, "expire") == "expired"


def test_a_second_yes_from_the_same_side_is_refused():
    with pytest.raises(NotAllowed):
        follow(PROPOSAL, "volunteer_says_yes", "volunteer_says_yes")


@pytest.mark.parametrize("state", ["accepted", "declined", "withdrawn", "expired"])
def test_an_answered_proposal_stays_as_it_is(state):
    assert events(PROPOSAL, state) == ()


def test_who_has_not_answered_yet_must_act():
    owners = {state.code: state.owners for state in PROPOSAL.states}

    assert owners["proposed"] == ("volunteer", "household")
    assert owners["volunteer_yes"] == ("household",)
    assert owners["household_yes"] == ("volunteer",)


# Request and match


def test_a_request_is_free_again_when_its_proposal_fails_or_its_match_ends():
    assert follow(REQUEST, "propose", "proposal_fails") == "open"
    assert follow(REQUEST, "propose", "proposal_succeeds", "match_ends") == "open"


def test_a_request_under_proposal_cannot_be_proposed_again():
    with pytest.raises(NotAllowed):
        follow(REQUEST, "propose", "propose")


def test_a_match_can_pause_and_go_on_until_it_ends():
    assert follow(MATCH, "pause", "resume", "pause", "end") == "ended"
    assert events(MATCH, "ended") == ()


# The drawing


def test_the_diagram_shows_every_transition_and_where_life_begins_and_ends():
    assert mermaid(MATCH) == "\n".join(
        [
            "stateDiagram-v2",
            "    [*] --> active",
            "    active --> paused: pause",
            "    active --> stopped: stop",
            "    active --> ended: end",
            "    paused --> active: resume",
            "    paused --> stopped: stop",
            "    paused --> ended: end",
            "    stopped --> active: reopen",
            "    stopped --> ended: end",
            "    ended --> [*]",
        ]
    )


def test_the_workflows_page_is_what_the_tables_say():
    assert WORKFLOWS.read_text(encoding="utf-8") == document()
