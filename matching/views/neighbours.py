"""With which neighbours a municipality opens its border: the page of its administrator."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from portal.audit.record import Actor, Record
from portal.municipalities.borders import Borders, borders_of, close_border, open_border
from portal.municipalities.models import Municipality
from portal.municipalities.permissions import requires
from portal.municipalities.requests import StaffRequest
from portal.places.neighbours import nearest_to_municipality

# So many of the nearest are offered before the list of all the others.
NEAREST = 10


@dataclass(frozen=True, slots=True)
class Neighbour:
    """Another municipality, and who has said yes to an open border with it."""

    municipality: Municipality
    we_opened: bool
    they_opened: bool

    @property
    def is_open(self) -> bool:
        return self.we_opened and self.they_opened


@require_http_methods(["GET", "HEAD", "POST"])
@requires("border.open")
def neighbours(request: StaffRequest) -> HttpResponse:
    """Who has said yes to whom; a button opens or closes the own side."""
    if request.method == "POST":
        return _changed(request)
    others = {item.code: item for item in Municipality.objects.exclude(pk=request.municipality.code)}
    borders = borders_of(request.municipality.code)
    near = nearest_to_municipality(request.municipality.code, NEAREST)
    said = borders.opened_by_us | borders.opened_by_them
    # Those where something has been said come first, in the order of the alphabet; then the nearest of the others.
    # Of the nearest, those that take part come first: only there does a yes change anything today.
    told = [code for code in others if code in said]
    untold = sorted((code for code in near if code not in said), key=lambda code: not others[code].has_joined)
    context = {
        "municipality": request.municipality,
        "told": [_neighbour(others[code], borders) for code in told],
        "near": [_neighbour(others[code], borders) for code in untold],
        "others": [item for code, item in others.items() if code not in said and code not in near],
    }
    return render(request, "matching/neighbours.html", context)


def _neighbour(other: Municipality, borders: Borders) -> Neighbour:
    return Neighbour(other, other.code in borders.opened_by_us, other.code in borders.opened_by_them)


def _changed(request: StaffRequest) -> HttpResponse:
    others = Municipality.objects.exclude(pk=request.municipality.code)
    other = get_object_or_404(others, slug=request.POST.get("kommune", ""))
    record = Record(Actor.of(request.user), request.municipality.code)
    if request.POST.get("handling") == "luk":
        close_border(municipality=request.municipality, neighbour=other, record=record)
        text = _("The border with %(name)s is closed from your side. What is under way goes on.")
    else:
        open_border(municipality=request.municipality, neighbour=other, now=timezone.now(), record=record)
        is_open = other.code in borders_of(request.municipality.code).open
        text = (
            _("The border with %(name)s is open: both have said yes.")
            if is_open
            else _("You have said yes to %(name)s. The border opens when they say yes too.")
        )
    messages.success(request, text % {"name": other.name})
    return redirect("neighbours", municipality=request.municipality.slug)
