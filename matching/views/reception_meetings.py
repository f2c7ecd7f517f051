"""Around a reception: the hand-over interview, the pre-meeting, the letter, the tick "introduced", and the print."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from matching.forms.reception_meetings import DayForm, InterviewForm
from matching.models import Reception
from matching.selectors_reception import Chosen, StepLine, monday, plan, visible_receptions
from matching.services import reception_meetings as service
from matching.services.reception_meetings import NotNow
from portal.audit.record import Actor, Record
from portal.languages.registry import all_languages
from portal.languages.texts import words
from portal.municipalities.permissions import requires
from portal.municipalities.requests import StaffRequest
from portal.privacy.words import in_digits

LETTER = "welcome_letter"
STAFF_LANGUAGE = "da"


@dataclass(frozen=True, slots=True)
class Group:
    """What one department or partner does in a reception, for the print."""

    name: str
    contact: str
    lines: list[StepLine]


@require_http_methods(["GET", "HEAD", "POST"])
@requires("reception.run")
def reception_interview(request: StaffRequest, pk: str) -> HttpResponse:
    """When the hand-over interview is held, in which language, with whom; or that there is none."""
    found = _get(request, pk)
    now, record = timezone.now(), _record(request)
    try:
        if request.POST.get("handling") == "fjern":
            service.clear_interview(found, now=now, record=record)
            return _to(request, found, _("The interview is taken out again."))
        form = InterviewForm(request.POST or None, reception=found)
        if form.is_valid():
            service.set_interview(found, interview=form.interview(), now=now, record=record)
            return _to(request, found, _("The interview is noted, and its step follows."))
    except NotNow:
        return _too_late(request, found)
    return _form_page(request, found, form, "interview", bool(found.interview_at))


@require_http_methods(["GET", "HEAD", "POST"])
@requires("reception.run")
def reception_pre_meeting(request: StaffRequest, pk: str) -> HttpResponse:
    """The day of a pre-meeting. Why one is needed is not asked: the municipality knows, and the portal need not."""
    found = _get(request, pk)
    now, record = timezone.now(), _record(request)
    try:
        if request.POST.get("handling") == "fjern":
            service.set_pre_meeting(found, on=None, now=now, record=record)
            return _to(request, found, _("The pre-meeting is taken out again."))
        form = DayForm(request.POST or None, initial={"day": found.pre_meeting_on})
        if form.is_valid():
            service.set_pre_meeting(found, on=form.cleaned_data["day"], now=now, record=record)
            return _to(request, found, _("The pre-meeting is noted, and its step follows."))
    except NotNow:
        return _too_late(request, found)
    return _form_page(request, found, form, "pre_meeting", bool(found.pre_meeting_on))


@require_POST
@requires("reception.run")
def reception_introduced(request: StaffRequest, pk: str) -> HttpResponse:
    """Tick that the household has been introduced to the local community, on a day; or take the tick back."""
    found = _get(request, pk)
    try:
        if request.POST.get("handling") == "fortryd":
            service.set_introduced(found, on=None, record=_record(request))
            return _to(request, found, _("The tick is taken back."))
        form = DayForm(request.POST, only_past=True)
        if not form.is_valid():
            messages.warning(request, " ".join(map(str, form.errors["day"])))
            return _to(request, found)
        service.set_introduced(found, on=form.cleaned_data["day"], record=_record(request))
    except NotNow:
        return _too_late(request, found)
    return _to(request, found, _("It is noted that they have been introduced to the local community."))


@require_safe
@requires("reception.run")
def reception_letter(request: StaffRequest, pk: str) -> HttpResponse:
    """The welcome letter in the household's language and Danish side by side, to print."""
    found = _get(request, pk)
    household = found.household
    # The first coordinator is the adviser who stays with the family.
    stays = next((row.user for row in found.coordinators.all()), household.adviser or request.user)
    adviser = stays.get_full_name()
    values = {
        "municipality": request.municipality.name,
        "adviser": adviser,
        "day": f"{found.arrival.day}.{found.arrival.month}.{found.arrival.year}",
    }
    columns = [_column(code, values) for code in dict.fromkeys((household.party.language, STAFF_LANGUAGE))]
    is_translated = columns[0]["language"] == household.party.language
    context = {
        "municipality": request.municipality,
        "reception": found,
        "household": household,
        # Where the language has no letter, the first column holds Danish and English already.
        "columns": columns if is_translated else columns[:1],
        "adviser": adviser,
        "written_on": in_digits(timezone.now()),
        "is_translated": is_translated,
        "may_be_noted": found.state in service.AHEAD,
    }
    return render(request, "matching/reception_letter.html", context)


@require_POST
@requires("reception.run")
def reception_letter_sent(request: StaffRequest, pk: str) -> HttpResponse:
    """The letter is on its way; or it is not after all."""
    found = _get(request, pk)
    sent = request.POST.get("handling") != "fortryd"
    try:
        service.set_letter_sent(found, sent=sent, now=timezone.now(), record=_record(request))
    except NotNow:
        return _too_late(request, found)
    return _to(request, found, _("The letter is noted as sent.") if sent else _("The letter is noted as not sent."))


@require_safe
@requires("reception.view")
def reception_print(request: StaffRequest, pk: str) -> HttpResponse:
    """Who does what on paper, by department; narrowed to a party, a week or the overdue, as the page it comes from."""
    found = _get(request, pk)
    chosen = _chosen(request)
    shown = plan(found, timezone.localdate(), chosen)
    context = {
        "municipality": request.municipality,
        "reception": found,
        "household": found.household,
        "groups": _groups([line for phase in shown.phases for line in phase.lines]),
        "who": dict(shown.parties).get(chosen.who, ""),
        "parties": shown.parties,
        "chosen": chosen,
        "printed_on": timezone.localdate(),
    }
    return render(request, "matching/reception_print.html", context)


def _chosen(request: StaffRequest) -> Chosen:
    try:
        week = parse_date(request.GET.get("uge", ""))
    except ValueError:
        week = None
    return Chosen(
        who=request.GET.get("hvem", ""),
        week=monday(week) if week else None,
        overdue=request.GET.get("forsinket") == "1",
    )


def _groups(lines: list[StepLine]) -> list[Group]:
    """The steps by whose they are, each group by its day: departments first, then partners, then nobody's."""
    by_name: dict[tuple[int, str, str], list[StepLine]] = defaultdict(list)
    for line in lines:
        department, partner = line.step.department, line.step.partner
        contact = ", ".join(filter(None, [department.phone, department.email])) if department else ""
        key = (0, department.name, contact) if department else (1, partner, "") if partner else (2, "", "")
        by_name[key].append(line)
    return [
        Group(name or _("No department named"), contact, sorted(found, key=lambda line: line.step.due_on))
        for (_place, name, contact), found in sorted(by_name.items())
    ]


def _column(language: str, values: dict[str, str]) -> dict[str, Any]:
    """The letter in one language, and the direction in which it is written."""
    letter = words(LETTER, language, values)
    return {"letter": letter, "language": letter.language, "direction": all_languages()[letter.language].direction}


def _get(request: StaffRequest, pk: str) -> Reception:
    """Only for its two coordinators and the household's adviser: for everybody else it is not there."""
    return get_object_or_404(visible_receptions(request.municipality, request.user), pk=pk)


def _form_page(
    request: StaffRequest, reception: Reception, form: InterviewForm | DayForm, kind: str, is_set: bool
) -> HttpResponse:
    context = {
        "municipality": request.municipality,
        "reception": reception,
        "household": reception.household,
        "form": form,
        "kind": kind,
        "is_set": is_set,
    }
    return render(request, "matching/reception_meeting_form.html", context, status=422 if form.is_bound else 200)


def _to(request: StaffRequest, reception: Reception, text: str = "") -> HttpResponse:
    if text:
        messages.success(request, text)
    return redirect("reception", municipality=request.municipality.slug, pk=reception.pk)


def _too_late(request: StaffRequest, reception: Reception) -> HttpResponse:
    if reception.state in service.AHEAD:
        messages.warning(request, _("They have not arrived yet, so nothing was noted."))
    else:
        messages.warning(request, _("The reception is over, so nothing was changed."))
    return _to(request, reception)


def _record(request: StaffRequest) -> Record:
    return Record(Actor.of(request.user), request.municipality.code)
