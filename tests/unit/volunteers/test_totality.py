"""Every choice has its words."""

from volunteers.choices import KINDS_FOR_MINORS, HelpKind
from volunteers.help_lines import HELP_LINES, help_choices
from volunteers.lifecycle import TRANSITIONS, VolunteerState, next_state
from volunteers.views.sign_up import HEADINGS, STEPS


def test_every_kind_of_help_has_a_friendly_line():
    assert set(HELP_LINES) == set(HelpKind)
    assert [code for code, _ in help_choices()] == HelpKind.values


def test_every_step_has_a_heading():
    assert list(HEADINGS) == [name for name, _ in STEPS]


def test_every_state_but_the_last_has_a_way_out_and_every_one_can_be_reached():
    assert {before for before, _ in TRANSITIONS} == set(VolunteerState) - {VolunteerState.LEFT}
    assert set(TRANSITIONS.values()) == set(VolunteerState) - {VolunteerState.AWAITING_EMAIL}


def test_everybody_can_stop_whatever_the_state():
    for state in set(VolunteerState) - {VolunteerState.LEFT}:
        assert next_state(state, "leave") == VolunteerState.LEFT


def test_minors_can_do_something():
    offered = {code for code, _ in help_choices()}
    assert KINDS_FOR_MINORS
    assert offered > KINDS_FOR_MINORS
