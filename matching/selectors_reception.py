"""Reads for the pages about receptions: who sees which, who does what, and what waits."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import groupby

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from matching.models import Household, Match, Reception, ReceptionCoordinator, ReceptionStep, ReceptionTemplate
from matching.models.reception_template import TemplateStep
from matching.services.receptions import LIVE
from matching.states import HouseholdState, ReceptionState, StepState
from portal.accounts.models import User
from portal.municipalities.models import Department, DepartmentMember, Membership, Municipality, Role
from portal.municipalities.rls import scope
from volunteers.boundary.here import TaskHere, tasks_here
from volunteers.boundary.models import CHECK_AGAIN, BasisStatus

# What a filter by responsible says of a step for which no department is named.
NOBODY = "ingen"
DEPARTMENT, PARTNER = "afdeling-", "partner-"
STILL_TO_DO = (StepState.OPEN, StepState.TAKEN)
# So many overdue steps of a household stand in the list across receptions; its own page has the rest.
SHOWN = 10


@dataclass(frozen=True, slots=True)
class Law:
    """By which law a step is due, as the catalogue had it when the reception began."""

    text: str
    source: str
    deadline: str
    checked_on: date | None
    to_be_checked: bool


@dataclass(frozen=True, slots=True)
class StepLine:
    """A step as it is shown: how far its day is from today, and its law where it has one."""

    step: ReceptionStep
    days: int
    law: Law | None

    @property
    def is_overdue(self) -> bool:
        """A day that has passed. What a volunteer has taken on is never late: nobody counts."""
        return self.days < 0 and self.step.state == StepState.OPEN

    @property
    def is_done(self) -> bool:
        return self.step.state in (StepState.DONE, StepState.NOT_NEEDED)


@dataclass(frozen=True, slots=True)
class Phase:
    order: int
    name: str
    lines: list[StepLine]

    @property
    def waiting(self) -> int:
        """How many steps of it are still to be ticked."""
        return sum(not line.is_done for line in self.lines)


@dataclass(frozen=True, slots=True)
class Chosen:
    """What a reader wants to see of the steps: whose, of which week (its Monday), and only the overdue."""

    who: str = ""
    week: date | None = None
    overdue: bool = False

    def fits(self, line: StepLine, meant: set[str]) -> bool:
        """`meant` are all codes of whom was chosen."""
        step = line.step
        return (
            (not self.who or not meant.isdisjoint(responsible(step)))
            and (self.week is None or monday(step.due_on) == self.week)
            and (not self.overdue or line.is_overdue)
        )


@dataclass(frozen=True, slots=True)
class Late:
    """A household's overdue steps, the oldest first."""

    reception: Reception
    lines: list[StepLine]

    @property
    def shown(self) -> list[StepLine]:
        return self.lines[:SHOWN]

    @property
    def more(self) -> int:
        """How many stand on its own page only."""
        return max(len(self.lines) - SHOWN, 0)


@dataclass(frozen=True, slots=True)
class Plan:
    """Who does what in one reception: the steps that were asked for, and what can be asked for."""

    phases: list[Phase]
    parties: list[tuple[str, str]]
    weeks: list[date]
    total: int
    done: int
    overdue: int
    nobody: list[ReceptionStep] = field(default_factory=list)

    @property
    def still_open(self) -> int:
        """How many steps have no tick, of all there are."""
        return self.total - self.done


def visible_receptions(municipality: Municipality, user: User) -> QuerySet[Reception]:
    """The receptions that this person sees whole: as one of the two coordinators, or as the household's adviser."""
    named = ReceptionCoordinator.objects.within(municipality).filter(reception=OuterRef("pk"), user=user)
    rows = Reception.objects.within(municipality).filter(Q(Exists(named)) | Q(household__adviser=user))
    return rows.select_related("household__party", "household__adviser").prefetch_related("coordinators__user")


def own_receptions(municipality: Municipality, user: User, today: date) -> QuerySet[Reception]:
    """The same for a list: with how many steps there are, are done, and are overdue; the next to arrive first."""
    late = Q(steps__state=StepState.OPEN, steps__due_on__lt=today)
    done = Q(steps__state__in=[StepState.DONE, StepState.NOT_NEEDED])
    counts = {"total": Count("steps"), "done": Count("steps", filter=done), "overdue": Count("steps", filter=late)}
    return visible_receptions(municipality, user).annotate(**counts).order_by("arrival", "pk")


def without_reception(municipality: Municipality, user: User, today: date) -> QuerySet[Household]:
    """This adviser's households that are on the way, or have just come, and have no reception yet."""
    begun = Reception.objects.within(municipality).filter(household=OuterRef("pk"))
    rows = Household.objects.within(municipality).filter(state=HouseholdState.ACTIVE, adviser=user)
    recent = rows.filter(arrival__gte=today - timedelta(days=30))
    return recent.filter(~Exists(begun)).order_by("arrival", "pk")


def overdue_steps(municipality: Municipality, user: User, today: date) -> QuerySet[ReceptionStep]:
    """The open steps whose day has passed, across all receptions that this person sees whole."""
    seen = visible_receptions(municipality, user).filter(state__in=LIVE).values("pk")
    rows = ReceptionStep.objects.within(municipality).filter(reception__in=seen, state=StepState.OPEN)
    return rows.filter(due_on__lt=today)


def overdue_by_household(municipality: Municipality, user: User, today: date) -> list[Late]:
    """The same, each household with its own; whoever has waited longest first."""
    rows = overdue_steps(municipality, user, today).select_related("reception__household", "department", "version")
    by_reception: dict[Reception, list[StepLine]] = defaultdict(list)
    for line in lines(rows.order_by("due_on", "phase_order", "order", "pk"), today):
        by_reception[line.step.reception].append(line)
    return [Late(reception, late) for reception, late in by_reception.items()]


def department_steps(municipality: Municipality, user: User, today: date) -> list[StepLine]:
    """What the departments that this person works in have to do around receptions, the first due first.

    Nothing else of a reception is theirs to see. What was done in the last week stays below the rest, so that a tick
    can be undone.
    """
    own = DepartmentMember.objects.within(municipality).filter(user=user).values("department")
    rows = ReceptionStep.objects.within(municipality).filter(department__in=own, reception__state__in=LIVE)
    recent = Q(done_at__date__gte=today - timedelta(days=7))
    shown = rows.filter(Q(state__in=STILL_TO_DO) | recent, reception__household__state=HouseholdState.ACTIVE)
    shown = shown.select_related("reception__household", "department", "version")
    found = lines(shown.prefetch_related("reception__coordinators__user").order_by("due_on", "order", "pk"), today)
    return sorted(found, key=lambda line: line.is_done)


def step_for(municipality: Municipality, user: User, roles: Iterable[str], pk: int) -> ReceptionStep | None:
    """The step with this number, if this person may tick it: it is in their reception, or their department's."""
    rows = ReceptionStep.objects.within(municipality).select_related("reception", "department")
    own = DepartmentMember.objects.within(municipality).filter(user=user)
    allowed = Q(department__in=own.values("department"), reception__state__in=LIVE)
    if Role.ADVISER in roles:
        allowed |= Q(reception__in=visible_receptions(municipality, user).values("pk"))
    return rows.filter(allowed, pk=pk).first()


def offered_steps(match: Match) -> list[ReceptionStep]:
    """What the volunteer of a match could help with: the open offers, and what they have taken on or done themselves.

    Row-level security shows a volunteer the offered steps of a household they are actively matched with, no others.
    What the municipality has kept to itself since the reception began is offered to nobody any more.
    """
    rows = ReceptionStep.objects.following("offered to the volunteer of this match").filter(
        reception__household=match.household_id,
        reception__municipality=match.municipality_id,
        reception__state__in=LIVE,
        volunteers_can=True,
    )
    own = Q(state__in=[StepState.TAKEN, StepState.DONE], done_by=scope()[1])
    found = rows.filter(Q(state=StepState.OPEN) | own).select_related("version").order_by("due_on", "order", "pk")
    here = tasks_here(match.municipality_id, {step.task_type_id for step in found if step.task_type_id})
    order = (StepState.TAKEN, StepState.OPEN, StepState.DONE)
    shown = [step for step in found if step.state != StepState.OPEN or is_offered(step, here)]
    return sorted(shown, key=lambda step: order.index(StepState(step.state)))


def is_offered(step: ReceptionStep, here: Mapping[str, TaskHere]) -> bool:
    """Whether volunteers can be asked for a step as the catalogue stands in its municipality now."""
    found = here.get(step.task_type_id or "")
    return step.volunteers_can and found is not None and not found.is_forbidden


def plan(reception: Reception, today: date, chosen: Chosen) -> Plan:
    """Who does what, on one page. Four queries however many steps there are."""
    rows = ReceptionStep.objects.within(reception.municipality_id).filter(reception=reception)
    steps = rows.select_related("department", "version", "done_by").order_by("phase_order", "due_on", "order", "pk")
    everything = lines(steps, today)
    parties = _parties(everything)
    # A department and a partner of one name are one entry, and one choice.
    meant = {code for code, name in parties.items() if name == parties.get(chosen.who)} | {chosen.who}
    shown = [line for line in everything if chosen.fits(line, meant)]
    by_name = {name: code for code, name in reversed(parties.items())}
    return Plan(
        phases=[
            Phase(order, name, list(group))
            for (order, name), group in groupby(shown, key=lambda line: (line.step.phase_order, line.step.phase))
        ],
        parties=[(code, name) for code, name in parties.items() if by_name[name] == code],
        weeks=sorted({monday(line.step.due_on) for line in everything if not line.is_done}),
        total=len(everything),
        done=sum(line.is_done for line in everything),
        overdue=sum(line.is_overdue for line in everything),
        nobody=[line.step for line in everything if NOBODY in responsible(line.step) and not line.is_done],
    )


def lines(steps: Iterable[ReceptionStep], today: date) -> list[StepLine]:
    return [StepLine(step, (step.due_on - today).days, law_of(step, today)) for step in steps]


def law_of(step: ReceptionStep, today: date) -> Law | None:
    """The law of a step that is marked with one; who reads it sees when it was last looked up."""
    if not step.legal or step.version is None:
        return None
    content, checked = step.version.content, step.version.checked_on
    unverified = content["basis_status"] in (BasisStatus.UNVERIFIED, BasisStatus.REPORTS_ONLY)
    return Law(
        text=step.version.legal_basis_da,
        source=content["basis_source"],
        deadline=content["deadline_da"],
        checked_on=checked,
        to_be_checked=unverified or checked is None or checked < today - CHECK_AGAIN,
    )


def responsible(step: ReceptionStep) -> list[str]:
    """Codes of whoever a step lies with: a department, a partner, both, or nobody yet."""
    found = [f"{DEPARTMENT}{step.department_id}"] if step.department_id else []
    if step.partner:
        found.append(PARTNER + step.partner)
    return found if step.department_id or (step.partner and not _is_municipal(step)) else [*found, NOBODY]


def monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def templates_for(municipality: Municipality) -> QuerySet[ReceptionTemplate]:
    """Those that a reception can begin from: the municipality's own first, then the national ones."""
    rows = ReceptionTemplate.objects.following("the national ones and the municipality's own")
    return rows.filter(Q(municipality=municipality) | Q(municipality=None), archived=False).order_by(
        "municipality", "name", "pk"
    )


def missing_departments(municipality: Municipality, templates: Sequence[ReceptionTemplate]) -> list[str]:
    """The kinds of departments that steps of these templates name, and that the municipality has not named."""
    named = Department.objects.within(municipality).values_list("kind", flat=True)
    steps = TemplateStep.objects.following("of templates shown").filter(phase__template__in=templates)
    wanted = steps.exclude(department="").values_list("department", flat=True).distinct()
    return sorted(set(wanted) - set(named))


def advisers(municipality: Municipality) -> list[User]:
    """Who can coordinate a reception."""
    rows = Membership.objects.within(municipality).filter(role=Role.ADVISER, user__is_active=True)
    return sorted({row.user for row in rows.select_related("user")}, key=lambda user: (user.get_full_name(), user.pk))


def reception_of(household: Household) -> Reception | None:
    """The household's reception in its municipality, if one has begun."""
    return Reception.objects.within(household.municipality_id).filter(household=household).first()


def is_live(reception: Reception) -> bool:
    return reception.state in (ReceptionState.PLANNED, ReceptionState.RUNNING)


def _is_municipal(step: ReceptionStep) -> bool:
    """Whether the municipality answers for a step, whoever helps: then a partner alone is not enough."""
    return step.volunteers_can or step.legal


def _parties(everything: Iterable[StepLine]) -> dict[str, str]:
    """The departments and partners of a reception by code, each once: departments first, by name."""
    found = {}
    for line in everything:
        step = line.step
        if step.department:
            found[f"{DEPARTMENT}{step.department_id}"] = step.department.name
        if step.partner:
            found[PARTNER + step.partner] = step.partner
    return dict(sorted(found.items(), key=lambda pair: (pair[0].startswith(PARTNER), pair[1])))
