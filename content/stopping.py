"""A need that may no longer be asked for: off the page, or off the list of what the clock publishes."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from django.utils import timezone
from wagtail.actions.unpublish_page import UnpublishPageAction
from wagtail.log_actions import log
from wagtail.models import Page, Revision

from portal.accounts.models import User
from portal.audit.record import SYSTEM, Record
from portal.municipalities.rls import in_force
from volunteers.boundary.entries import Place
from volunteers.boundary.objections import Objection
from volunteers.services.boundary_entries import note_stop
from volunteers.services.boundary_sides import tell_editors


def unpublish_need(need: Any, found: Sequence[Objection], *, now: datetime, record: Record) -> None:
    """Wagtail's own way: the log, the search index and the scheduled revisions follow."""
    with in_force(municipality=need.municipality_id, user=record.actor.user_id):
        # Who changes a side is no editor of every page that asks for it.
        UnpublishPageAction(need, user=_user(record)).execute(skip_permission_checks=True)
        _note(need, found, now=now, record=record)


def cancel_schedule(need: Any, revision: Revision, found: Sequence[Objection]) -> None:
    """The clock was to publish it, nobody is there to read why not: the editors get it in their list."""
    now, record = timezone.now(), Record(SYSTEM, need.municipality_id)
    drop_schedule(need, revision, found, now=now, record=record)
    tell_editors(municipality=need.municipality_id, about=f"revision:{revision.pk}", now=now, record=record)


def keep_alias_down(alias: Any, found: Sequence[Objection]) -> None:
    """The page that it follows is published, and says what cannot be asked for where the alias stands.

    That page is another municipality's, which this rule is not for: it is published, and the alias comes off the page.
    """
    current = type(alias).objects.filter(pk=alias.pk, live=True).first()
    if current is None:
        return
    now, record = timezone.now(), Record(SYSTEM, current.municipality_id)
    unpublish_need(current, found, now=now, record=record)
    tell_editors(municipality=current.municipality_id, about=f"alias:{alias.pk}:{now}", now=now, record=record)


def drop_schedule(need: Any, revision: Revision, found: Sequence[Objection], *, now: datetime, record: Record) -> None:
    """The revision stays as a draft."""
    with in_force(municipality=need.municipality_id, user=record.actor.user_id):
        revision.approved_go_live_at = None
        revision.save(update_fields=["approved_go_live_at"])
        log(instance=need, action="wagtail.schedule.cancel", user=_user(record), revision=revision)
        _note(need, found, now=now, record=record)


def scheduled_with(codes: Collection[str]) -> list[tuple[Page, Revision]]:
    """Every page with a revision that waits for its time and holds one of these tasks."""
    waiting = Revision.page_revisions.filter(approved_go_live_at__isnull=False).order_by("pk")
    return [
        (revision.content_object, revision)
        for revision in waiting
        if any(task.get("task_type") in codes for task in revision.content.get("tasks", []))
    ]


def _note(need: Any, found: Sequence[Objection], *, now: datetime, record: Record) -> None:
    tasks = sorted({objection.code for objection in found})
    municipality = need.municipality_id
    Record(record.actor, municipality).write("page.stopped", need, tasks=tasks)
    note_stop(municipality=municipality, place=Place.CATALOGUE, task_types=tasks, now=now)


def _user(record: Record) -> User | None:
    return User.objects.get(pk=record.actor.user_id) if record.actor.user_id else None
