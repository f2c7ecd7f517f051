"""Handing over: by the volunteer in two taps, by the adviser for a household, and the adviser's list of all."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from matching import selectors
from matching.models import HandOver, Household, Match
from matching.selectors_hand_overs import all_of, hindrance, is_from, live_about, overdue, tasks_to_choose
from matching.services.hand_over_messages import ASK_DAYS
from matching.services.hand_overs import (
    AskedLately,
    HandOverOver,
    HandOverRefused,
    Hindered,
    answer_for_hand_over,
    hand_over_for_household,
    hand_over_from_match,
    withdraw_hand_over,
)
from matching.states import LIVE_HAND_OVERS, HandOverState, HouseholdState, MatchState
from matching.views.household_screen import render_screen, screen_language
from matching.words.hand_overs import HAND_OVER_WORDS, WHY_NOT, hand_over_words, how_it_goes
from portal.audit.record import Actor, Record
from portal.municipalities.models import Department, Municipality
from portal.municipalities.permissions import may, requires
from portal.municipalities.requests import PersonRequest, StaffRequest
from portal.municipalities.rls import in_force
from portal.privacy.contact import can_be_written_to
from portal.privacy.models import GivenHow
from portal.privacy.words import text_read
from volunteers.boundary.here import TaskHere, task_here
from volunteers.boundary.models import TaskType

# A list, not an archive: the newest.
SHOWN = 200
OPEN = (MatchState.ACTIVE, MatchState.PAUSED)
ON_THE_SCREEN = {
    HandOverState.ASKED: gettext_lazy(
        "On the screen: which department would get to know of which kind of task, and yes or no. No reason is asked."
    ),
    HandOverState.SENT: gettext_lazy("On the screen: thanks for the yes. The department has it now."),
    HandOverState.DECLINED: gettext_lazy("On the screen: the no is noted, and that is quite all right."),
}


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def volunteer_hand_over(request: PersonRequest, pk: str) -> HttpResponse:
    """The first tap shows whose task it is, and who would get to know what; the second asks the household."""
    found = get_object_or_404(selectors.own_matches(request.user).filter(state__in=OPEN), pk=pk)
    code = request.POST.get("opgave") or request.GET.get("opgave", "")
    if not code:
        return redirect("volunteer_match", pk=found.pk)
    here = _task(code, found.municipality)
    if request.method == "POST":
        _pass_on(request, found, here.task_type.pk)
        return redirect(f"{request.path}?{urlencode({'opgave': here.task_type.pk})}")
    why = hindrance(here)
    with in_force(municipality=found.municipality_id, user=request.user.pk):
        live = live_about(found.household_id, here.task_type.pk, found.municipality_id)
        own = live if live and is_from(live, found) else None
    context = {
        "match": found,
        "municipality": found.municipality,
        "here": here,
        "task": here.task_type,
        "department": here.department,
        "why_not": WHY_NOT[why] if why else "",
        "why": why.value if why else "",
        "sent": how_it_goes(own, timezone.localdate()) if own else "",
        "ask_days": ASK_DAYS,
    }
    return render(request, "matching/volunteer_hand_over.html", context)


@require_safe
@requires("hand_over.view")
def hand_overs(request: StaffRequest) -> HttpResponse:
    """All of the municipality's, newest first, or those of one department, in one state, or late."""
    chosen = {name: request.GET.get(name, "") for name in ("afdeling", "tilstand")}
    late = request.GET.get("sent") == "1"
    rows = overdue(request.municipality, timezone.localdate()) if late else all_of(request.municipality)
    if chosen["afdeling"].isdecimal():
        rows = rows.filter(department=int(chosen["afdeling"][:9]))
    if chosen["tilstand"] in HandOverState.values:
        rows = rows.filter(state=chosen["tilstand"])
    context = {
        "municipality": request.municipality,
        "hand_overs": rows.order_by("-asked_at")[:SHOWN],
        "departments": Department.objects.within(request.municipality),
        "states": HandOverState.choices,
        "chosen": chosen,
        "late": late,
        "live": LIVE_HAND_OVERS,
        "late_count": overdue(request.municipality, timezone.localdate()).count(),
    }
    return render(request, "matching/hand_overs.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("hand_over.make")
def hand_over_new(request: StaffRequest, pk: int) -> HttpResponse:
    """The adviser chooses a task, and whether the household is asked by a link, or here and now."""
    rows = Household.objects.within(request.municipality).select_related("party", "municipality")
    household = get_object_or_404(rows.filter(state=HouseholdState.ACTIVE), pk=pk)
    can_be_sent = can_be_written_to(household.party)
    if request.method == "POST":
        by_link = request.POST.get("hvordan") == "link" and can_be_sent
        row = _for_household(request, household, by_link=by_link)
        if row is not None:
            return _after(request, household, row, by_link=by_link)
    tasks, missing = tasks_to_choose(request.municipality)
    context = {
        "municipality": request.municipality,
        "household": household,
        "tasks": tasks,
        "missing": missing,
        "may_add": may(request, "department.keep"),
        "chosen": request.POST.get("opgave") or request.GET.get("opgave", ""),
        "can_be_sent": can_be_sent,
        "refused": request.method == "POST",
    }
    return render(request, "matching/hand_over_new.html", context, status=422 if context["refused"] else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("hand_over.make")
def hand_over_screen(request: StaffRequest, pk: str) -> HttpResponse:
    """The question in the household's language, on this screen or read aloud on the telephone."""
    found = _get(request, pk)
    language = screen_language(request, found.household.party.language)
    now = timezone.now()
    if request.method == "POST":
        _noted(request, found, language)
        here = redirect("hand_over_screen", municipality=request.municipality.slug, pk=found.pk)
        here["Location"] += f"?{urlencode({'sprog': language})}"
        return here
    context: dict[str, object] = {
        "hand_over": found,
        "consent": hand_over_words(found, language, now=now),
        "adviser_line": str(ON_THE_SCREEN.get(HandOverState(found.state), _("On the screen: the question is over."))),
        "ways": [(way.value, way.label) for way in (GivenHow.ADVISER_SCREEN, GivenHow.TELEPHONE)],
        "how": _how(request.GET.get("maade")),
    }
    back = found.household.get_absolute_url()
    return render_screen(request, "matching/hand_over_screen.html", context, language=language, back=back)


@require_POST
@requires("hand_over.make")
def hand_over_withdraw(request: StaffRequest, pk: str) -> HttpResponse:
    """The adviser takes it back, as when the household has said so on the telephone."""
    found = _get(request, pk)
    if withdraw_hand_over(found, now=timezone.now(), record=_record(request)):
        messages.success(request, _("It is taken back, and the department is told to stop if it had begun."))
    else:
        messages.info(request, _("It was over already."))
    return redirect(found.household)


def _task(code: str, municipality: Municipality) -> TaskHere:
    try:
        return task_here(code, municipality)
    except TaskType.DoesNotExist:
        raise Http404 from None


def _pass_on(request: PersonRequest, match: Match, code: str) -> None:
    record = Record(Actor.of(request.user), match.municipality_id)
    try:
        hand_over_from_match(match, code=code, now=timezone.now(), record=record)
    except AskedLately:
        messages.info(
            request, _("The family was asked the same not long ago. Talk with your coordinator if it matters again.")
        )
    except Hindered as refusal:
        messages.warning(request, str(WHY_NOT[refusal.why]))
    except HandOverRefused:
        messages.warning(request, _("It cannot be passed on now, as your match is not open."))


def _for_household(request: StaffRequest, household: Household, *, by_link: bool) -> HandOver | None:
    code = request.POST.get("opgave", "")
    now, record = timezone.now(), _record(request)
    try:
        return hand_over_for_household(household, code=code, by_link=by_link, now=now, record=record)
    except TaskType.DoesNotExist:
        messages.warning(request, _("Choose what it is about."))
    except Hindered as refusal:
        messages.warning(request, str(WHY_NOT[refusal.why]))
    except HandOverRefused:
        messages.warning(request, _("The household's case is closed, so nothing is handed over."))
    return None


def _after(request: StaffRequest, household: Household, row: HandOver, *, by_link: bool) -> HttpResponse:
    """On to the question on the screen, or back to the household where it gets it on the phone."""
    if row.state == HandOverState.ASKED and not by_link:
        return redirect("hand_over_screen", municipality=request.municipality.slug, pk=row.pk)
    if row.state == HandOverState.ASKED:
        messages.success(request, _("The question is on its way, in the household's own language."))
    else:
        messages.info(request, _("This is with the department already."))
    return redirect(household)


def _noted(request: StaffRequest, found: HandOver, language: str) -> None:
    answer = request.POST.get("svar")
    if answer not in ("ja", "nej"):
        return
    try:
        answer_for_hand_over(
            found,
            yes=answer == "ja",
            how=_how(request.POST.get("maade")),
            language=language,
            text=text_read(HAND_OVER_WORDS, request.POST.get("tekst", ""), language).pk,
            now=timezone.now(),
            record=_record(request),
        )
    except HandOverOver:
        messages.info(request, _("It was over already."))
    except Hindered as refusal:
        messages.warning(request, str(WHY_NOT[refusal.why]))


def _how(asked: str | None) -> GivenHow:
    """On this screen, unless the adviser reads it aloud on the telephone."""
    return GivenHow.TELEPHONE if asked == GivenHow.TELEPHONE else GivenHow.ADVISER_SCREEN


def _get(request: StaffRequest, pk: str) -> HandOver:
    rows = all_of(request.municipality).select_related("household__municipality")
    return get_object_or_404(rows, pk=pk)


def _record(request: StaffRequest) -> Record:
    return Record(Actor.of(request.user), request.municipality.code)
