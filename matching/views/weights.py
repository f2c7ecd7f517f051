"""What counts in the score: to look at, for the administrator to choose, and what was chosen before."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from matching.answers.weight_preview import names_of, preview
from matching.domain.weights import DEFAULT_WEIGHTS, Weights
from matching.forms.weights import WeightsForm, initial
from matching.models import Request, WeightSet
from matching.services.weights import ChosenMeanwhile, NothingChanged, choose_weights
from matching.weights import history, weights_in_force, weights_of_version
from portal.audit.record import Actor, Record
from portal.municipalities.permissions import may, requires
from portal.municipalities.requests import StaffRequest

STANDARD = "standard"


@require_http_methods(["GET", "HEAD", "POST"])
@requires("weights.view")
def weights(request: StaffRequest) -> HttpResponse:
    """The weights in force as a picture, the form for new ones, and every earlier version."""
    if request.method == "POST":
        return _post(request)
    form = WeightsForm(initial=_asked_for(request)) if may(request, "weights.choose") else None
    return _page(request, form)


def _post(request: StaffRequest) -> HttpResponse:
    if not may(request, "weights.choose"):
        raise Http404
    trying = "proev" in request.POST
    form = WeightsForm(request.POST, trying=trying)
    if not form.is_valid():
        return _page(request, form, status=422)
    return _try_out(request, form) if trying else _choose(request, form)


def _choose(request: StaffRequest, form: WeightsForm) -> HttpResponse:
    municipality = request.municipality
    try:
        chosen = choose_weights(
            municipality=municipality.code,
            values=form.values,
            note=form.cleaned_data["note"],
            based_on=form.cleaned_data["based_on"],
            now=timezone.now(),
            record=Record(Actor.of(request.user), municipality.code),
        )
    except ChosenMeanwhile as conflict:
        return _page(request, _based_on(request, conflict.version), status=409)
    except NothingChanged:
        messages.info(request, _("These weights are in force already. Nothing was saved."))
    else:
        messages.success(request, _("Version %(number)s is in force from now on.") % {"number": chosen.version})
    return redirect("weights", municipality=municipality.slug)


def _based_on(request: StaffRequest, version: int | None) -> WeightsForm:
    """What was typed, to be saved again on top of what somebody else has chosen in the meantime."""
    data = request.POST.copy()
    data["based_on"] = str(version or "")
    form = WeightsForm(data)
    form.add_error(
        None,
        _(
            "While you were writing, somebody else chose version %(number)s. "
            "Look at it below. If yours are to replace it, save again."
        )
        % {"number": version},
    )
    return form


def _try_out(request: StaffRequest, form: WeightsForm) -> HttpResponse:
    code = request.municipality.code
    tried = Weights(**{part: float(value) for part, value in form.values.items()})
    found = preview(code, tried, now=timezone.now())
    wish, names = None, {}
    # An administrator alone sees places and points; whose they are is for those who may see suggestions.
    if may(request, "suggestion.view") and found.example:
        wish = Request.objects.within(code).select_related("household").get(pk=found.example)
        names = names_of(found.places)
    places = [(place, names.get(place.offer_id, "")) for place in found.places]
    return _page(request, form, extra={"preview": found, "wish": wish, "places": places})


def _asked_for(request: StaffRequest) -> dict[str, object]:
    """What the form starts with: the weights in force, or those of the version in `fra` to use them again."""
    code = request.municipality.code
    in_force, version = weights_in_force(code)
    again = request.GET.get("fra", "")
    if again == STANDARD:
        return initial(DEFAULT_WEIGHTS, version) | {"note": _("Back to the portal's standard")}
    if again.isascii() and again.isdecimal() and len(again) < 5:
        return initial(_version_or_404(code, int(again)), version) | {
            "note": _("Back to version %(number)s") % {"number": again}
        }
    return initial(in_force, version)


def _version_or_404(municipality: int, version: int) -> Weights:
    try:
        return weights_of_version(municipality, version)
    except WeightSet.DoesNotExist as missing:
        raise Http404 from missing


def _page(
    request: StaffRequest, form: WeightsForm | None, *, status: int = 200, extra: dict[str, object] | None = None
) -> HttpResponse:
    versions = history(request.municipality)
    context = {
        "municipality": request.municipality,
        "form": form,
        "here": reverse("weights", args=[request.municipality.slug]),
        "versions": versions,
        "in_force": versions[0] if versions else None,
        "weights": versions[0].weights if versions else DEFAULT_WEIGHTS,
        "standard": DEFAULT_WEIGHTS,
        "is_again": "fra" in request.GET,
        **(extra or {}),
    }
    return render(request, "matching/weights.html", context, status=status)
