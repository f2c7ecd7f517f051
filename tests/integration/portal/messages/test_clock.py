"""What must happen by itself happens, each at its own pace."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from content.models import NeedPage
from matching.models import Proposal
from portal.messages.management.commands.clock import DAY, MINUTE, PACE, Clock
from tests import factories
from tests.integration.content.pages import make_municipality_page, make_need


def test_each_command_runs_at_once_and_then_at_its_own_pace():
    ran: list[str] = []
    clock = Clock(ran.append)
    for second in (0, 5, MINUTE, MINUTE + 5, DAY):
        clock.tick(second)
    assert ran.count("publish_scheduled") == 3
    assert ran.count("clearsessions") == 2
    assert set(ran) == set(PACE)


def test_a_command_that_fails_does_not_stop_the_others(caplog):
    ran: list[str] = []

    def run(command: str) -> None:
        ran.append(command)
        if command == "publish_scheduled":
            raise RuntimeError("no database")

    Clock(run).tick(0)
    assert set(ran) == set(PACE)
    assert "publish_scheduled failed" in caplog.text


@pytest.mark.django_db
def test_a_need_is_published_and_a_proposal_expires_when_their_time_has_come(odsherred):
    page = make_municipality_page(odsherred)
    need = make_need(page, live=False)
    need.go_live_at = timezone.now() - timedelta(minutes=1)
    need.save_revision(approved_go_live_at=need.go_live_at)
    proposal = factories.make_proposal(now=timezone.now() - timedelta(days=8))
    call_command("clock", "--once")
    assert NeedPage.objects.get().live
    assert Proposal.objects.within(odsherred).get(pk=proposal.pk).state == "expired"
