"""“I ended up doing it anyway”: an honest report by a volunteer, in one tap, that no one can be blamed by."""

from django.contrib.auth.decorators import login_required
from django.core.cache import cache
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods

from portal.languages.alphabet import in_order
from portal.municipalities.models import DepartmentKind, Municipality
from portal.municipalities.requests import PersonRequest
from volunteers.boundary.asking import ask
from volunteers.boundary.here import TaskHere, tasks_here
from volunteers.boundary.verdict import Side
from volunteers.duty import DUTIES
from volunteers.forms.done_anyway import FindTaskForm
from volunteers.selectors import own_volunteer
from volunteers.services.boundary_entries import note_done_anyway

# What is a volunteer's own to do is no report.
NOTHING_TO_TELL = frozenset({Side.VOLUNTEER, Side.ASSOCIATION})
# A second tap within so many seconds is the same report.
ONE_TAP = 600
# So many are looked up; of these the ones that can be told of are shown.
FITTING = 8


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def done_anyway(request: PersonRequest) -> HttpResponse:
    """Choose the task, tap once, be thanked.

    A tap answers with its own page and no redirect: an address that says "told" would stand in the server's log
    beside the one who asked for it.
    """
    volunteer = own_volunteer(request.user)
    if volunteer is None:
        raise Http404
    municipality = volunteer.municipality
    every = {code: here for code, here in tasks_here(municipality).items() if _can_be_told(here)}
    if request.method == "POST":
        here = every.get(request.POST.get("opgave", ""))
        if here is None:
            raise Http404
        if _is_first_tap(request.user.pk, here):
            note_done_anyway(municipality=municipality, here=here, now=timezone.now())
        context = {"municipality": municipality, "here": here, "task": here.task_type, "told": True}
        return render(request, "volunteers/done_anyway.html", context)
    form = FindTaskForm(request.GET if "q" in request.GET else None)
    question = form.cleaned_data["q"] if form.is_valid() else ""
    here = every.get(request.GET.get("opgave", ""))
    context = {
        "municipality": municipality,
        "form": form,
        "question": question,
        "here": here,
        "task": here.task_type if here else None,
        "fitting": _fitting(question, every, municipality),
        "groups": [] if here else _by_department(every),
    }
    return render(request, "volunteers/done_anyway.html", context)


def _can_be_told(here: TaskHere) -> bool:
    """Whatever is not a volunteer's own; but to tell the municipality of a child in danger is everybody's duty."""
    return here.side not in NOTHING_TO_TELL and not {here.task_type.pk, here.task_type.kind_of_id} & set(DUTIES)


def _fitting(question: str, every: dict[str, TaskHere], municipality: Municipality) -> list[TaskHere]:
    if not question:
        return []
    found = ask(question, language=get_language() or "", municipality=municipality, limit=FITTING).found
    return [every[one.code] for one in found if one.code in every]


def _by_department(every: dict[str, TaskHere]) -> list[tuple[str, list[TaskHere]]]:
    """The list to choose from, by name below the department that usually answers for it.

    Money, mission and love affairs belong nowhere in the portal and stand in no list; told of are they all the
    same where somebody comes from the answer about them.
    """
    groups: dict[str, list[TaskHere]] = {kind: [] for kind in DepartmentKind.values}
    for here in sorted(every.values(), key=lambda one: in_order(one.task_type.name)):
        if here.side != Side.NOT_IN_PORTAL:
            groups[here.task_type.department].append(here)
    return [(str(DepartmentKind(kind).label), tasks) for kind, tasks in groups.items() if tasks]


def _is_first_tap(user: int, here: TaskHere) -> bool:
    """Whether this is no repetition. What is remembered for ten minutes is a number that hides who and what."""
    hidden = salted_hmac("volunteers.done_anyway.tap", f"{user}:{here.task_type.pk}").hexdigest()
    return bool(cache.add(f"done_anyway:{hidden}", 1, ONE_TAP))
