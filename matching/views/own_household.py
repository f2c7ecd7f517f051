"""The newcomers' own page, and the adviser's two buttons that give and end the access to it."""

from collections.abc import Iterable

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from matching import selectors
from matching.answers.activities import seats_of
from matching.forms.own_wishes import STATE_LINES, OwnWishesForm
from matching.models import Household, Request, Seat
from matching.services.access import AccessRefused, AddressTaken, NoAddress, WorkAddress, give_access, take_access
from matching.services.households import change_own
from matching.services.seats import SeatLeft, leave_seat
from matching.states import HouseholdState, RequestState
from matching.views.household_consent import consent_context
from portal.audit.record import Actor, Record
from portal.municipalities.permissions import requires
from portal.municipalities.requests import PersonRequest, StaffRequest
from volunteers import words

REFUSALS = {
    NoAddress: gettext_lazy("The household has no e-mail address. Write one under “Change” first."),
    WorkAddress: gettext_lazy(
        "This is the address of a work account, and that cannot be a household's. Write another one under “Change”."
    ),
    AddressTaken: gettext_lazy(
        "This address is another household's account already. Write another one under “Change”."
    ),
}


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def own_household(request: PersonRequest) -> HttpResponse:
    """The household's wishes, free times and adviser; what they change here holds at once."""
    household = get_object_or_404(selectors.own_households(request.user))
    if household.state == HouseholdState.CLOSED:
        closed = {"household": household, "municipality": household.municipality}
        return render(request, "matching/case_own_closed.html", closed)
    wishes = list(household.requests.exclude(state=RequestState.CLOSED))
    form = OwnWishesForm.of(household, [wish.kind for wish in wishes], request.POST or None)
    if form.is_valid():
        _save(request, household, form)
        return redirect("own_household")
    context = {
        "household": household,
        "municipality": household.municipality,
        "wishes": [(wish, STATE_LINES[RequestState(wish.state)]) for wish in wishes],
        "seats": seats_of(household),
        "form": form,
        **consent_context(household),
    }
    return render(request, "matching/own_household.html", context, status=422 if form.is_bound else 200)


@require_POST
@login_required
def own_seat_leave(request: PersonRequest, pk: int) -> HttpResponse:
    """Give a place in an activity back. No reason is asked."""
    household = get_object_or_404(selectors.own_households(request.user))
    seat = get_object_or_404(Seat.objects.within(household.municipality_id), pk=pk, request__household=household)
    try:
        leave_seat(seat, now=timezone.now(), record=Record(Actor.of(request.user), household.municipality_id))
    except SeatLeft:
        messages.info(request, _("You have given the place back already."))
    else:
        messages.success(request, _("You have given the place back. Somebody else can take it."))
    return redirect("own_household")


@require_POST
@requires("household.invite")
def household_invite(request: StaffRequest, pk: int) -> HttpResponse:
    """Give the household an account of its own, once."""
    found = _staff_household(request, pk)
    try:
        given = give_access(found, now=timezone.now(), record=Record(Actor.of(request.user), request.municipality.code))
    except AccessRefused as refusal:
        messages.error(request, str(REFUSALS[type(refusal)]))
    else:
        text = _("Access is given, and an e-mail is on its way.") if given else _("The household has access already.")
        messages.success(request, text)
    return redirect(found)


@require_POST
@requires("household.invite")
def household_access_end(request: StaffRequest, pk: int) -> HttpResponse:
    """Part the account from the household."""
    found = _staff_household(request, pk)
    take_access(found, record=Record(Actor.of(request.user), request.municipality.code))
    messages.success(request, _("The household no longer has access."))
    return redirect(found)


def _staff_household(request: StaffRequest, pk: int) -> Household:
    rows = Household.objects.within(request.municipality).select_related("municipality")
    return get_object_or_404(rows, pk=pk)


def _save(request: PersonRequest, household: Household, form: OwnWishesForm) -> None:
    data = form.cleaned_data
    going_on = change_own(
        household,
        wishes=data["wishes"],
        slots=data["slots"],
        has_network=data["has_network"],
        now=timezone.now(),
        record=Record(Actor.of(request.user), household.municipality_id),
    )
    messages.success(request, _("Your wishes are saved."))
    if going_on:
        messages.warning(request, _going_on_in_words(going_on))


def _going_on_in_words(wishes: Iterable[Request]) -> str:
    kinds = words.listed([wish.get_kind_display() for wish in wishes])
    return _(
        "%(wishes)s: we have found somebody, so this goes on. Talk with your adviser if you would rather stop."
    ) % {"wishes": kinds}
