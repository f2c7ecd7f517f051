"""The boundary catalogue: which tasks there are around a household, and whose each one is.

The national catalogue is common and public. A municipality may add types of its own, each a kind of a national one, and
may be stricter than the law's side, never laxer; the database holds it to that (`volunteers/migrations/0008`).
"""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.contrib.contenttypes.fields import GenericRelation
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.models import DraftStateMixin, Revision, RevisionMixin, WorkflowMixin

from portal.municipalities.grants import AppendOnly
from portal.municipalities.models import DepartmentKind, Municipality
from volunteers.boundary.verdict import Side

# A reference that nobody has looked up for so long is to be checked again.
CHECK_AGAIN = timedelta(days=365)
# What a text has in each language; the search words are a list of their own.
FIELDS = ("name", "responsible", "line", "may", "must_not", "instead", "consent")
# Read where a language lacks a text.
FALLBACK = ("en", "da")


class SideChoices(models.TextChoices):
    AUTHORITY = Side.AUTHORITY.value, _("the authority decides")
    PROFESSIONAL = Side.PROFESSIONAL.value, _("needs a professional")
    SHARED = Side.SHARED.value, _("shared, the municipality is responsible")
    VOLUNTEER = Side.VOLUNTEER.value, _("volunteers")
    ASSOCIATION = Side.ASSOCIATION.value, _("associations")
    NOT_IN_PORTAL = Side.NOT_IN_PORTAL.value, _("not in the portal")


class BasisStatus(models.TextChoices):
    VERIFIED = "verified", _("verified")
    PARTLY = "partly", _("partly verified")
    UNVERIFIED = "unverified", _("to be checked")
    REPORTS_ONLY = "reports_only", _("from the reports only, to be checked")


class CertificateNeed(models.TextChoices):
    NO = "no", _("no")
    YES = "yes", _("yes")
    IF_CHILDREN = "if_children_under_15", _("if children under 15 take part")


def in_language(texts: Mapping[str, Mapping[str, Any]], field: str, language: str) -> str:
    """A field of a task type's texts in a language, else in English, else in Danish."""
    for code in (language, *FALLBACK):
        if value := texts.get(code, {}).get(field):
            return value
    return ""


class Wording:
    """A task type's texts in the reader's language; `by_language` holds them by language and field."""

    by_language: Any

    def text(self, field: str, language: str | None = None) -> str:
        """One of FIELDS in `language` (default: the one that is read now), else in English, else in Danish."""
        return in_language(self.by_language, field, language or get_language() or settings.LANGUAGE_CODE)

    @property
    def name(self) -> str:
        return self.text("name")

    @property
    def responsible(self) -> str:
        return self.text("responsible")

    @property
    def line(self) -> str:
        return self.text("line")

    @property
    def may(self) -> str:
        return self.text("may")

    @property
    def must_not(self) -> str:
        return self.text("must_not")

    @property
    def instead(self) -> str:
        return self.text("instead")

    @property
    def consent(self) -> str:
        return self.text("consent")


class TaskTypeQuerySet(models.QuerySet["TaskType"]):
    def national(self) -> "TaskTypeQuerySet":
        """The common catalogue."""
        return self.filter(municipality=None)

    def for_municipality(self, municipality: Municipality | int | None) -> "TaskTypeQuerySet":
        """The common catalogue with a municipality's own types; only those that are published."""
        own = models.Q(municipality=None)
        if municipality is not None:
            own |= models.Q(municipality=municipality)
        return self.filter(own, live=True)

    def to_be_checked(self, today: date) -> "TaskTypeQuerySet":
        """Those whose law reference or deadline is not verified, or was last looked up more than a year ago."""
        waiting = models.Q(basis_status__in=[BasisStatus.UNVERIFIED, BasisStatus.REPORTS_ONLY])
        old = models.Q(checked_on=None) | models.Q(checked_on__lt=today - CHECK_AGAIN)
        return self.filter(waiting | old)


class TaskTypeManager(models.Manager.from_queryset(TaskTypeQuerySet)):  # type: ignore[misc]
    def get_queryset(self) -> TaskTypeQuerySet:
        """A task type is never read without its texts."""
        return super().get_queryset().prefetch_related("texts")


class TaskType(Wording, WorkflowMixin, DraftStateMixin, RevisionMixin, ClusterableModel):
    """A kind of task. Public; `municipality` is empty for the national catalogue.

    A municipality's own type names the national one that it is a `kind_of`, whose side it cannot be laxer than.
    """

    code = models.SlugField(_("code"), primary_key=True, max_length=50)
    municipality = models.ForeignKey(
        Municipality, on_delete=models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )
    kind_of = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="kinds", verbose_name=_("a kind of")
    )
    side = models.CharField(_("whose it is"), max_length=15, choices=SideChoices.choices)
    department = models.CharField(
        _("department"),
        max_length=20,
        choices=DepartmentKind.choices,
        default=DepartmentKind.INTEGRATION,
        db_default=DepartmentKind.INTEGRATION,
    )
    phase = models.CharField(_("phase"), max_length=10, blank=True)
    legal_basis_da = models.TextField(_("legal basis"), blank=True)
    basis_status = models.CharField(_("how sure"), max_length=15, choices=BasisStatus.choices)
    basis_source = models.TextField(_("source"), blank=True)
    checked_on = models.DateField(_("last checked"), null=True, blank=True)
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", editable=False
    )
    deadline_da = models.CharField(_("deadline"), max_length=150, blank=True)
    deadline_days = models.PositiveSmallIntegerField(_("deadline in days"), null=True, blank=True)
    certificate = models.CharField(_("child certificate"), max_length=25, choices=CertificateNeed.choices)

    _revisions = GenericRelation("wagtailcore.Revision", related_query_name="task_type")
    workflow_states = GenericRelation(
        "wagtailcore.WorkflowState",
        content_type_field="base_content_type",
        object_id_field="object_id",
        related_query_name="task_type",
        for_concrete_model=False,
    )

    objects = TaskTypeManager()

    class Meta:
        ordering = ["code"]
        verbose_name = _("task type")
        verbose_name_plural = _("task types")
        constraints = [
            models.CheckConstraint(condition=models.Q(side__in=SideChoices.values), name="task_type_side_known"),
            models.CheckConstraint(
                condition=models.Q(department__in=DepartmentKind.values), name="task_type_department_known"
            ),
            models.CheckConstraint(
                condition=models.Q(municipality=None, kind_of=None)
                | models.Q(municipality__isnull=False, kind_of__isnull=False),
                name="own_task_type_is_a_kind_of_a_national_one",
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.code

    @property
    def revisions(self) -> models.QuerySet[Revision]:
        return self._revisions

    @cached_property
    def by_language(self) -> dict[str, dict[str, Any]]:
        """The texts by language and field, with the list of `words`."""
        return {row.language: {"words": row.words} | {f: getattr(row, f) for f in FIELDS} for row in self.texts.all()}

    @property
    def unverified(self) -> bool:
        """Whether the law reference still waits for someone to check it."""
        return self.basis_status in (BasisStatus.UNVERIFIED, BasisStatus.REPORTS_ONLY)

    def to_be_checked(self, today: date) -> bool:
        """Whether somebody should look the law reference and the deadline up: unverified, or older than a year."""
        return self.unverified or self.checked_on is None or self.checked_on < today - CHECK_AGAIN


class TaskTypeText(models.Model):
    """What a task type is called and said in one language, and the words that people use when they ask about it."""

    task_type = ParentalKey(TaskType, on_delete=models.CASCADE, related_name="texts")
    language = models.CharField(_("language"), max_length=10)
    name = models.CharField(_("name"), max_length=150)
    responsible = models.CharField(_("who does it"), max_length=200, blank=True)
    line = models.CharField(_("in one plain line"), max_length=300, blank=True)
    may = models.TextField(_("a volunteer may"), blank=True)
    must_not = models.TextField(_("a volunteer must not"), blank=True)
    instead = models.TextField(_("what can be asked for instead"), blank=True)
    consent = models.CharField(_("whose yes it needs"), max_length=250, blank=True)
    words = ArrayField(models.CharField(max_length=80), verbose_name=_("search words"), default=list, blank=True)

    class Meta:
        ordering = ["language"]
        verbose_name = _("text")
        verbose_name_plural = _("texts")
        constraints = [models.UniqueConstraint(fields=["task_type", "language"], name="task_type_text_once")]

    def __str__(self) -> str:
        return f"{self.task_type_id} ({self.language})"


class TaskTypeVersion(Wording, AppendOnly):
    """A task type as it was from a moment on, until the next version. Decisions refer to one, so that they keep it.

    Only who wrote it is ever taken away, when that user is erased.
    """

    CHANGEABLE = ("written_by_id",)

    id = models.BigAutoField(primary_key=True)
    task_type = models.ForeignKey(TaskType, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    effective_from = models.DateTimeField(default=timezone.now)
    side = models.CharField(max_length=15, choices=SideChoices.choices)
    # Facts by field name, and under "texts" the wording by language.
    content = models.JSONField()
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["task_type", "number"]
        verbose_name = _("version of a task type")
        verbose_name_plural = _("versions of task types")
        constraints = [
            models.UniqueConstraint(fields=["task_type", "number"], name="task_type_version_once"),
            models.CheckConstraint(condition=models.Q(side__in=SideChoices.values), name="version_side_known"),
        ]

    def __str__(self) -> str:
        return f"{self.task_type_id} {self.number}"

    @property
    def by_language(self) -> Mapping[str, Mapping[str, Any]]:
        return self.content["texts"]

    @property
    def legal_basis_da(self) -> str:
        return self.content["legal_basis_da"]

    @property
    def checked_on(self) -> date | None:
        day = self.content["checked_on"]
        return date.fromisoformat(day) if day else None
