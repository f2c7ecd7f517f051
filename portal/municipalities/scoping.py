"""Rows that belong to a municipality, and reads that fail closed.

Two walls stand behind each other. This module is the first: a QuerySet of a scoped model refuses to run until it
has been told whose rows it reads (`within`, `of_user` or `following`). The second is PostgreSQL's row-level security
(`portal.municipalities.rls`), which holds even where the first is forgotten.
"""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Self, TypeVar

from django.db import models

# Django checks uniqueness with the model's own manager; a constraint holds across municipalities.
_validating: ContextVar[bool] = ContextVar("validating", default=False)

M = TypeVar("M", bound=models.Model)


class Unscoped(RuntimeError):
    """A municipality's rows were read without saying which municipality."""


class ScopedQuerySet(models.QuerySet[M]):
    """A QuerySet that must be told whose rows it reads before it runs."""

    _in_scope = False
    _hints: dict[str, Any]

    def within(self, municipality: models.Model | int) -> Self:
        """The rows of one municipality (given as the object or its code)."""
        return self.filter(municipality=municipality)._marked()

    def following(self, reason: str) -> Self:
        """Rows reached by another path, named in `reason`; row-level security alone decides what is seen.

        For the few reads that start from a person instead of a municipality, such as a volunteer's own pages.
        """
        if not reason:
            raise ValueError("Say why this read may start without a municipality.")
        return self._marked()

    def _marked(self) -> Self:
        marked = self.all()
        marked._in_scope = True
        return marked

    def _clone(self) -> Self:
        clone = super()._clone()  # type: ignore[misc]
        clone._in_scope = self._in_scope
        return clone

    def _guard(self) -> None:
        # A related manager (household.requests) passes the row it starts from as a hint: that row was scoped.
        if _validating.get():
            return
        if not self._in_scope and self._hints.get("instance") is None:
            raise Unscoped(f"{self.model.__name__}: say whose rows with within(municipality).")

    def _fetch_all(self) -> None:
        if self._result_cache is None:
            self._guard()
        super()._fetch_all()

    def iterator(self, *args: Any, **kwargs: Any) -> Iterator[M]:
        self._guard()
        return super().iterator(*args, **kwargs)

    def count(self) -> int:
        if self._result_cache is None:
            self._guard()
        return super().count()

    def exists(self) -> bool:
        if self._result_cache is None:
            self._guard()
        return super().exists()

    def aggregate(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        self._guard()
        return super().aggregate(*args, **kwargs)

    def update(self, **kwargs: Any) -> int:
        self._guard()
        return super().update(**kwargs)

    def delete(self) -> tuple[int, dict[str, int]]:
        self._guard()
        return super().delete()

    def resolve_expression(self, *args: Any, **kwargs: Any) -> Any:
        self._guard()
        return super().resolve_expression(*args, **kwargs)


class ScopedModel(models.Model):
    """A row that belongs to one municipality."""

    municipality = models.ForeignKey(
        "municipalities.Municipality", on_delete=models.PROTECT, related_name="+", db_index=True
    )

    objects = ScopedQuerySet.as_manager()

    class Meta:
        abstract = True

    def validate_unique(self, exclude: Collection[str] | None = None) -> None:
        with _uniqueness_is_asked():
            super().validate_unique(exclude)

    def validate_constraints(self, exclude: Collection[str] | None = None) -> None:
        with _uniqueness_is_asked():
            super().validate_constraints(exclude)


@contextmanager
def _uniqueness_is_asked() -> Iterator[None]:
    token = _validating.set(True)
    try:
        yield
    finally:
        _validating.reset(token)
