"""The boundary catalogue: which tasks there are around a household, and whose each one is."""

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from volunteers.boundary.verdict import Side


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


class TaskType(models.Model):
    """A kind of task. The catalogue is national and public, so it belongs to no municipality."""

    code = models.SlugField(primary_key=True, max_length=50)
    name_da = models.CharField(max_length=150)
    name_en = models.CharField(max_length=150)
    side = models.CharField(max_length=15, choices=SideChoices.choices)
    department_da = models.CharField(max_length=150, blank=True)
    phase = models.CharField(max_length=10, blank=True)
    legal_basis_da = models.TextField(blank=True)
    basis_status = models.CharField(max_length=15, choices=BasisStatus.choices)
    basis_source = models.TextField(blank=True)
    deadline_da = models.CharField(max_length=150, blank=True)
    may_da = models.TextField(blank=True)
    must_not_da = models.TextField(blank=True)
    may_en = models.TextField(blank=True)
    must_not_en = models.TextField(blank=True)
    instead_da = models.TextField(blank=True)
    instead_en = models.TextField(blank=True)
    consent_da = models.CharField(max_length=250, blank=True)
    certificate = models.CharField(max_length=25, choices=CertificateNeed.choices)

    class Meta:
        ordering = ["name_da"]
        verbose_name = _("task type")
        verbose_name_plural = _("task types")
        constraints = [
            models.CheckConstraint(condition=models.Q(side__in=SideChoices.values), name="task_type_side_known")
        ]

    def __str__(self) -> str:
        return self.name

    def _text(self, field: str) -> str:
        """Danish for readers of Danish, English for all others (more languages come with the whole catalogue)."""
        language = "da" if get_language() in (None, "da") else "en"
        return getattr(self, f"{field}_{language}")

    @property
    def name(self) -> str:
        return self._text("name")

    @property
    def may(self) -> str:
        return self._text("may")

    @property
    def must_not(self) -> str:
        return self._text("must_not")

    @property
    def instead(self) -> str:
        return self._text("instead")

    @property
    def to_be_checked(self) -> bool:
        """Whether the law reference still waits for someone to check it."""
        return self.basis_status in (BasisStatus.UNVERIFIED, BasisStatus.REPORTS_ONLY)
