"""How is it going? A volunteer who is signed in answers; an adviser notes the answer of somebody they have asked."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from matching import selectors
from matching.answers.health import health_of, open_check_ins
from matching.domain.health import Found, Sign
from matching.models import CheckIn, Match
from matching.models.check_in import HowItGoes
from matching.models.match import Side
from matching.services.check_ins import CheckInOver, answer_check_in
from matching.services.contact import shows_own_details
from matching.sides import party_of
from matching.states import CheckInState, MatchState
from portal.audit.record import Actor, Record
from portal.municipalities.permissions import requires
from portal.municipalities.requests import PersonRequest, StaffRequest
from portal.municipalities.rls import in_force
from portal.privacy.disclosure import details_for_staff
from portal.privacy.models import ContactDetails, GivenHow

# How an adviser may have asked.
ASKED_HOW = (
    (GivenHow.TELEPHONE, gettext_lazy("by telephone")),
    (GivenHow.ADVISER_SCREEN, gettext_lazy("face to face")),
)
# Signs of one side, whose next step is to call that side, and signs of the match, for which both are called.
CALLS = frozenset({Sign.WANTS_TO_TALK, Sign.SO_SO, Sign.NO_ANSWER_TWICE, Sign.ASK_BY_PHONE, Sign.MESSAGE_FAILED})
CALLS_TO_BOTH = frozenset(
    {Sign.MEETING_STUCK, Sign.CONTACT_CLOSED, Sign.NO_FIRST_MEETING, Sign.CONSENT_ENDS, Sign.SIDE_PAUSED}
)
# Where the two may reach each other, if they show how.
SEES = frozenset({MatchState.ACTIVE, MatchState.PAUSED})


def match_health(request: StaffRequest, match: Match) -> dict[str, Any]:
    """For the adviser's page of a match: its signs, what can be noted, and what has been answered."""
    now = timezone.now()
    signs = health_of(match, now=now)
    rows = CheckIn.objects.within(match.municipality_id).filter(match=match, state=CheckInState.ANSWERED)
    return {
        "signs": signs,
        "volunteer_details": volunteer_to_call(request, match, signs, now),
        "household_sees": match.state in SEES and shows_own_details(match, side=Side.VOLUNTEER, now=now),
        "open_check_ins": open_check_ins(match, today=timezone.localdate(now)) if match.ended_at is None else [],
        "answers": rows.order_by("-answered_at"),
        "asked_how": ASKED_HOW,
        "how_it_goes": HowItGoes.choices,
    }


def own_check_in(match: Match) -> dict[str, Any]:
    """For the volunteer's page of a match: the question that waits for them, if one does."""
    rows = CheckIn.objects.following("a person's own pages").filter(match=match, side=Side.VOLUNTEER)
    asked = rows.filter(state__in=[CheckInState.ASKED, CheckInState.ANSWERED, CheckInState.UNANSWERED])
    last = asked.order_by("due_on").last()
    waits = last is not None and last.state != CheckInState.ANSWERED and match.state == MatchState.ACTIVE
    return {"check_in": last if waits else None, "how_it_goes": HowItGoes.choices}


def volunteer_to_call(
    request: StaffRequest, match: Match, signs: Collection[Found], now: datetime
) -> ContactDetails | None:
    """How to reach the volunteer, for an adviser only when the volunteer is to be called; that it is shown is noted.

    While contact is stopped the coordinator calls, and nobody else.
    """
    if match.state == MatchState.STOPPED or not any(_calls_the_volunteer(found) for found in signs):
        return None
    party, record = party_of(match, Side.VOLUNTEER), Record(Actor.of(request.user), match.municipality_id)
    with in_force(municipality=party.municipality_id, user=request.user.pk):
        return details_for_staff(party, subject=match.volunteer, now=now, record=record)


def _calls_the_volunteer(found: Found) -> bool:
    return found.sign in CALLS_TO_BOTH or (found.side == Side.VOLUNTEER and found.sign in CALLS)


@require_POST
@requires("follow_up.do")
def check_in_note(request: StaffRequest, pk: str) -> HttpResponse:
    """The adviser has asked, and notes which of the three answers was given, and how."""
    row = get_object_or_404(CheckIn.objects.within(request.municipality), pk=pk)
    how = request.POST.get("hvordan")
    if request.POST.get("svar") in HowItGoes.values and how in dict(ASKED_HOW):
        _answer(request, row, str(how), _("The answer is noted."))
    else:
        messages.warning(request, _("Choose an answer, and how you asked."))
    return redirect("match", municipality=request.municipality.slug, pk=row.match_id)


@require_POST
@login_required
def volunteer_check_in(request: PersonRequest, pk: str) -> HttpResponse:
    """The volunteer's own tap."""
    own = selectors.own_matches(request.user).values("pk")
    rows = CheckIn.objects.following("a person's own pages").filter(match__in=own, side=Side.VOLUNTEER)
    row = get_object_or_404(rows.exclude(state=CheckInState.DUE), pk=pk)
    if request.POST.get("svar") in HowItGoes.values:
        _answer(request, row, GivenHow.OWN_SCREEN, _thanks(request.POST["svar"]))
    return redirect("volunteer_match", pk=row.match_id)


def _answer(request: PersonRequest, row: CheckIn, how: str, done: str) -> None:
    record = Record(Actor.of(request.user), row.municipality_id)
    try:
        answer_check_in(row, answer=request.POST["svar"], how=how, now=timezone.now(), record=record)
    except CheckInOver:
        messages.warning(request, _("This question is over. You need not do anything."))
    else:
        messages.success(request, done)


def _thanks(answer: str) -> str:
    if answer == HowItGoes.TALK:
        return _("Thank you for your answer. Somebody from the municipality calls you.")
    return _("Thank you for your answer.")
