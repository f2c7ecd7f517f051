"""Something is wrong: told by the volunteer on their own page, and dealt with by the coordinator."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from matching import selectors
from matching.models import Concern, Match
from matching.models.concern import ConcernKind
from matching.models.match import Side
from matching.services.concerns import END, OUTCOMES, REOPEN, ConcernOver, close_concern, reach, take_concern
from matching.states import LIVE_CONCERNS, LIVE_MATCHES, ConcernState, MatchState
from matching.telling import Stage, kinds_for, tell
from portal.accounts.models import User
from portal.audit.models import Event
from portal.audit.record import Actor, Record
from portal.municipalities.models import Membership, Municipality
from portal.municipalities.permissions import requires
from portal.municipalities.requests import PersonRequest, StaffRequest

SHOWN_CLOSED = 50
# The words are the two's own; an employee speaks of them.
AS_STAFF_SAY = {ConcernKind.NOT_WELL.value: gettext_lazy("It is not going well between the two")}


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def volunteer_concern(request: PersonRequest, pk: str) -> HttpResponse:
    """The volunteer chooses what it is about and is called. Nothing is written, and the household learns nothing."""
    found = get_object_or_404(selectors.own_matches(request.user).filter(state__in=LIVE_MATCHES), pk=pk)
    stage = Stage.TOLD if request.GET.get("sendt") else Stage.CHOOSE
    if request.method == "POST":
        record = Record(Actor.of(request.user), found.municipality_id)
        stage = tell(request.POST.dict(), found, Side.VOLUNTEER, now=timezone.now(), record=record)
        if stage == Stage.TOLD:
            return redirect(f"{request.path}?sendt=1")
    context = {
        "match": found,
        "stage": stage.value,
        "kinds": kinds_for(Side.VOLUNTEER),
        "kind": request.POST.get("hvad", ""),
    }
    return render(request, "matching/volunteer_concern.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("follow_up.do")
def household_concern(request: StaffRequest, pk: str) -> HttpResponse:
    """An adviser passes on, in one code, what a household without a phone has told: the coordinator does the rest."""
    rows = Match.objects.within(request.municipality).filter(state__in=LIVE_MATCHES).select_related("household")
    found = get_object_or_404(rows, pk=pk)
    stage = Stage.TOLD if request.GET.get("sendt") else Stage.CHOOSE
    if request.method == "POST":
        stage = tell(request.POST.dict(), found, Side.HOUSEHOLD, now=timezone.now(), record=_record(request))
        if stage == Stage.TOLD:
            return redirect(f"{request.path}?sendt=1")
    context = {
        "municipality": request.municipality,
        "match": found,
        "stage": stage.value,
        "kinds": [(code, AS_STAFF_SAY.get(code, words), stops) for code, words, stops in kinds_for(Side.HOUSEHOLD)],
    }
    return render(request, "matching/household_concern.html", context)


@require_safe
@requires("concern.view")
def concerns(request: StaffRequest) -> HttpResponse:
    """Who waits to be called, the oldest first; below, what has been closed."""
    closed = Concern.objects.within(request.municipality).filter(state=ConcernState.CLOSED)
    context = {
        "municipality": request.municipality,
        "waiting": waiting(request.municipality).select_related("match__household", "match__volunteer", "taken_by"),
        "closed": closed.order_by("-closed_at")[:SHOWN_CLOSED],
        "now": timezone.now(),
    }
    return render(request, "matching/concerns.html", context)


@require_safe
@requires("concern.view")
def concern(request: StaffRequest, pk: str) -> HttpResponse:
    """What kind of thing it is, how both are reached, and what can become of the match."""
    found = _get(request, pk)
    now, record = timezone.now(), _record(request)
    is_closed = found.state == ConcernState.CLOSED
    other = Side.HOUSEHOLD if found.side == Side.VOLUNTEER else Side.VOLUNTEER
    context = {
        "municipality": request.municipality,
        "concern": found,
        "match": found.match,
        "is_stopped": found.match.state == MatchState.STOPPED,
        # A closed case shows nobody's telephone number.
        "told_by": None if is_closed else _passed_on_by(found),
        "is_ending": request.GET.get("afslut") == "1",
        "teller": None if is_closed else reach(found, found.side, now=now, record=record),
        "other": None if is_closed else reach(found, other, now=now, record=record),
        "language": None if is_closed else found.match.household_party.language,
    }
    return render(request, "matching/concern.html", context)


@require_POST
@requires("concern.handle")
def concern_take(request: StaffRequest, pk: str) -> HttpResponse:
    """This coordinator calls."""
    found = _get(request, pk)
    try:
        taken = take_concern(found, now=timezone.now(), record=_record(request))
    except ConcernOver:
        messages.warning(request, _("It has been closed already."))
    else:
        if taken.taken_by_id == request.user.pk:
            messages.success(request, _("You have taken it. Call as soon as you can."))
        else:
            messages.warning(request, _("A colleague has taken it already."))
    return redirect("concern", municipality=request.municipality.slug, pk=found.pk)


@require_POST
@requires("concern.handle")
def concern_close(request: StaffRequest, pk: str) -> HttpResponse:
    """It has been dealt with; contact opens again, the match ends, or it stays as it is."""
    found = _get(request, pk)
    outcome = request.POST.get("udfald", "")
    here = reverse("concern", args=[request.municipality.slug, found.pk])
    if outcome == END and not request.POST.get("bekraeft"):
        return redirect(f"{here}?afslut=1")
    if outcome == REOPEN and not request.POST.get("enige"):
        messages.warning(request, _("Nothing was changed. Talk with both first, and tick that both want to go on."))
        return redirect(here)
    try:
        close_concern(
            found, outcome=outcome if outcome in OUTCOMES else "", now=timezone.now(), record=_record(request)
        )
    except ConcernOver:
        messages.warning(request, _("It has been closed already."))
    else:
        messages.success(request, _("It is closed. Thank you for taking care of it."))
    return redirect("concerns", municipality=request.municipality.slug)


def waiting(municipality: Municipality) -> QuerySet[Concern]:
    """Those that somebody still has to deal with, the oldest first."""
    return Concern.objects.within(municipality).filter(state__in=LIVE_CONCERNS)


def _passed_on_by(concern: Concern) -> User | None:
    """The employee who passed on what a household told, for a household that does not write itself."""
    if concern.side != Side.HOUSEHOLD:
        return None
    told = Event.objects.about(concern).filter(action="concern.told").first()
    members = Membership.objects.within(concern.municipality_id).select_related("user")
    found = members.filter(user_id=told.actor_id).first() if told and told.actor_id else None
    return found.user if found else None


def _get(request: StaffRequest, pk: str) -> Concern:
    rows = Concern.objects.within(request.municipality).select_related(
        "match__household__adviser", "match__household_party", "match__volunteer", "match__request", "taken_by"
    )
    return get_object_or_404(rows, pk=pk)


def _record(request: StaffRequest) -> Record:
    return Record(Actor.of(request.user), request.municipality.code)
