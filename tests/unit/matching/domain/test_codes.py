"""The core's codes are those that forms and tables use."""

from matching.domain import codes
from volunteers import choices


def test_the_core_and_the_forms_use_the_same_codes():
    assert codes.SLOTS == choices.SLOTS
    assert list(codes.CHILD_BANDS) == choices.ChildAge.values
    assert list(codes.ADULT_BANDS) == choices.AgeBand.values
    assert set(choices.Gender.values) == codes.GENDERS


def test_ages_that_the_law_asks_about_are_told_apart():
    assert {"15-17"} == codes.CHILD_BANDS_FROM_15
    assert set(codes.ADULT_BANDS) - codes.ADULT_BANDS_FROM_18 == {codes.UNDER_18}


def test_what_under_18s_may_do_and_what_involves_children_are_kinds_of_help():
    kinds = set(choices.HelpKind.values)

    assert kinds > choices.KINDS_FOR_MINORS
    assert kinds > choices.KINDS_WITH_CHILDREN


def test_every_kind_of_help_can_be_offered_and_serves_something_that_can_be_wished():
    assert set(codes.SERVED_KINDS) == set(choices.HelpKind.values)
    assert set(choices.REQUEST_KINDS) == codes.REQUEST_KINDS
    assert set().union(*codes.SERVED_KINDS.values()) == codes.REQUEST_KINDS
