"""A place in an activity while the household waits for a person: asked on the adviser's screen, taken on a yes."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from matching.answers.activities import seats_of
from matching.models import Request, Seat
from matching.services.seats import AlreadyTaken, NoSeat, SeatLeft, leave_seat, take_seat
from matching.views.household_screen import render_screen, screen_language
from matching.words.activities import activity_rules_text
from portal.audit.record import Actor, Record
from portal.municipalities.permissions import requires
from portal.municipalities.requests import StaffRequest
from portal.privacy.models import GivenHow
from volunteers.models import Activity

# What is asked about an activity is written in the languages of the portal's own pages.
WRITTEN_IN = tuple(dict(settings.LANGUAGES))


@require_http_methods(["GET", "HEAD", "POST"])
@requires("seat.take")
def seat_take(request: StaffRequest, pk: int, activity: int) -> HttpResponse:
    """The activity in the household's language, with yes and no; a yes takes a place. No reason is asked."""
    wish = get_object_or_404(Request.objects.within(request.municipality).select_related("household__party"), pk=pk)
    found = get_object_or_404(Activity.objects.following("open activities are public"), pk=activity)
    language = screen_language(request, wish.household.party.language, WRITTEN_IN)
    stage, against = _stage(wish, found), ""
    if request.method == "POST" and stage == "question":
        stage, against = _answered(request, wish, found, language)
    context = {"wish": wish, "activity": found, "stage": stage, "against": against}
    back = reverse("suggestions", args=[request.municipality.slug, wish.pk])
    response = render_screen(
        request, "matching/seat_take.html", context, language=language, back=back, written_in=WRITTEN_IN
    )
    response.status_code = 409 if stage == "refused" else 200
    return response


@require_POST
@requires("seat.take")
def seat_leave(request: StaffRequest, pk: int) -> HttpResponse:
    """Give a place back; the page it was asked on is shown again."""
    seat = get_object_or_404(Seat.objects.within(request.municipality).select_related("request"), pk=pk)
    try:
        leave_seat(seat, now=timezone.now(), record=_record(request))
    except SeatLeft:
        messages.info(request, _("The place was given back already."))
    else:
        messages.success(request, _("The place is given back. Somebody else can take it."))
    here = request.POST.get("here", "")
    if url_has_allowed_host_and_scheme(here, allowed_hosts={request.get_host()}, require_https=request.is_secure()):
        return redirect(here)
    return redirect("household", municipality=request.municipality.slug, pk=seat.request.household_id)


def _stage(wish: Request, found: Activity) -> str:
    """Whether the household has a place there already; otherwise it is asked."""
    return "taken" if seats_of(wish.household).filter(activity=found).exists() else "question"


def _answered(request: StaffRequest, wish: Request, found: Activity, language: str) -> tuple[str, str]:
    """What comes after the answer, and what stands against a place, in the adviser's words."""
    if request.POST.get("svar") != "ja":
        return "said_no", ""
    try:
        take_seat(
            municipality=request.municipality.code,
            request_id=wish.pk,
            activity_id=found.pk,
            language=language,
            given_how=GivenHow.ADVISER_SCREEN,
            now=timezone.now(),
            record=_record(request),
        )
    except NoSeat as refusal:
        return "refused", activity_rules_text(refusal.rules) or _("this wish does not wait now")
    except AlreadyTaken:
        return "taken", ""
    return "taken", ""


def _record(request: StaffRequest) -> Record:
    return Record(Actor.of(request.user), request.municipality.code)
