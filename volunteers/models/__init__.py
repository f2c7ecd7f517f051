"""One aggregate a file."""

from volunteers.boundary.entries import BoundaryEntry
from volunteers.boundary.local import Interface, LocalTask
from volunteers.boundary.models import TaskType, TaskTypeText, TaskTypeVersion
from volunteers.models.activity import Activity, ActivityTask
from volunteers.models.offer import Offer
from volunteers.models.vetting import CertificateCheck
from volunteers.models.volunteer import Volunteer

__all__ = [
    "Activity",
    "ActivityTask",
    "BoundaryEntry",
    "CertificateCheck",
    "Interface",
    "LocalTask",
    "Offer",
    "TaskType",
    "TaskTypeText",
    "TaskTypeVersion",
    "Volunteer",
]
