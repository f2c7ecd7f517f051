"""Which tasks a municipality may ask of volunteers."""

import dataclasses
import subprocess
import sys

import pytest

from volunteers.boundary.verdict import FORBIDDEN_SIDES, ReasonCode, Side, Verdict, verdict_for_need

FORBIDDEN = {
    Side.AUTHORITY: "authority_task",
    Side.PROFESSIONAL: "professional_task",
    Side.NOT_IN_PORTAL: "outside_portal",
}


@pytest.mark.demand("F053")
@pytest.mark.parametrize("has_owner", [True, False])
@pytest.mark.parametrize(("side", "reason"), FORBIDDEN.items())
def test_a_forbidden_task_is_refused_even_with_a_municipal_owner(side: Side, reason: str, has_owner: bool) -> None:
    verdict = verdict_for_need(side, has_municipal_owner=has_owner)

    assert verdict == Verdict(allowed=False, reason_code=reason)


@pytest.mark.parametrize("has_owner", [True, False])
@pytest.mark.parametrize("side", [Side.VOLUNTEER, Side.ASSOCIATION])
def test_a_task_of_volunteers_or_associations_may_be_asked_for(side: Side, has_owner: bool) -> None:
    assert verdict_for_need(side, has_municipal_owner=has_owner) == Verdict(allowed=True, reason_code="ok")


def test_a_shared_task_needs_a_municipal_owner() -> None:
    assert verdict_for_need(Side.SHARED, has_municipal_owner=True) == Verdict(allowed=True, reason_code="ok")
    assert verdict_for_need(Side.SHARED, has_municipal_owner=False) == Verdict(False, "owner_missing")


def test_exactly_the_forbidden_sides_are_refused_when_an_owner_is_named() -> None:
    refused = {side for side in Side if not verdict_for_need(side, has_municipal_owner=True).allowed}

    assert refused == FORBIDDEN_SIDES == set(FORBIDDEN)


def test_every_reason_code_is_reached_by_some_side() -> None:
    reached = {
        verdict_for_need(side, has_municipal_owner=owner).reason_code for side in Side for owner in (True, False)
    }

    assert reached == set(ReasonCode)


def test_a_side_read_from_data_as_plain_text_gets_the_same_verdict() -> None:
    for side in Side:
        assert verdict_for_need(Side(str(side)), False) == verdict_for_need(side, False)
    with pytest.raises(ValueError, match="mayor"):
        Side("mayor")


def test_a_verdict_cannot_be_changed_afterwards() -> None:
    verdict = verdict_for_need(Side.AUTHORITY, has_municipal_owner=True)

    with pytest.raises(dataclasses.FrozenInstanceError):
        verdict.allowed = True  # type: ignore[misc]


def test_the_verdict_loads_no_framework() -> None:
    code = "import sys, volunteers.boundary.verdict; sys.exit('django' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
