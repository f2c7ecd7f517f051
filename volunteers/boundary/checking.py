"""Why a law reference or a deadline is to be checked, in the editors' words."""

from datetime import date

from django.db.models import QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from volunteers.boundary.models import CHECK_AGAIN, BasisStatus, TaskType


def waiting(today: date) -> QuerySet[TaskType]:
    """The task types of the national catalogue that somebody should look up, the oldest first."""
    rows: QuerySet[TaskType] = TaskType.objects.national().to_be_checked(today)
    return rows.order_by("checked_on", "code")


def reasons(task_type: TaskType, today: date) -> list[str]:
    """Why, in short phrases; empty when all is well."""
    found = []
    if task_type.basis_status == BasisStatus.UNVERIFIED:
        found.append(_("not verified"))
    if task_type.basis_status == BasisStatus.REPORTS_ONLY:
        found.append(_("known from the reports only"))
    if task_type.checked_on is None:
        found.append(_("never looked up"))
    elif task_type.checked_on < today - CHECK_AGAIN:
        found.append(_("last looked up on %(day)s") % {"day": date_format(task_type.checked_on)})
    return found
