"""Writing the trail. Every service that changes a state takes a `Record` as a required argument."""

from dataclasses import dataclass
from typing import Any, Self

from django.db import models

from portal.audit.models import ActorKind, Event


@dataclass(frozen=True)
class Actor:
    """Who acts: a signed-in person, a visitor, or the system itself."""

    kind: str
    user_id: int | None = None

    @classmethod
    def of(cls, user: Any) -> Self:
        """The actor behind `request.user`."""
        return cls(ActorKind.PERSON, user.pk) if user.is_authenticated else cls(ActorKind.VISITOR)


SYSTEM = Actor(ActorKind.SYSTEM)


@dataclass(frozen=True)
class Record:
    """What is to be written about a change: who, and for which municipality. The service adds action and states."""

    actor: Actor
    municipality: int | None

    def write(self, action: str, subject: models.Model, **details: Any) -> Event:
        """Add a line about `subject` (saved already) in the transaction of the change itself."""
        return Event.objects.create(
            actor_kind=self.actor.kind,
            actor_id=self.actor.user_id,
            municipality_id=self.municipality,
            action=action,
            subject_type=subject._meta.label_lower,
            subject_id=str(subject.pk),
            details=details,
        )
