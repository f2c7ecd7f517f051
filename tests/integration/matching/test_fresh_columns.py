"""What a process keeps of the offers is as fresh as the database, whoever writes and in whatever order they commit."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from matching.domain.columns import OfferColumns
from matching.engine import columns as engine
from matching.engine import reading
from matching.models import OfferRow
from portal.audit.record import SYSTEM, Record
from portal.municipalities.rls import in_force, take_site_role
from tests import factories
from volunteers.models import Offer
from volunteers.services import say_yes_to_matching, take_back_yes_to_matching

pytestmark = pytest.mark.django_db(transaction=True)

HERE = factories.ODSHERRED


@pytest.fixture(autouse=True)
def _nothing_kept():
    engine._kept.clear()
    yield
    engine._kept.clear()


@pytest.fixture
def rows_read(monkeypatch) -> list[int]:
    """How many rows each reading brought."""
    read: list[int] = []

    def counted(query: str, copied: Callable[[str], Any] = reading._copied) -> Any:
        records = copied(query)
        read.append(len(records))
        return records

    monkeypatch.setattr(reading, "_copied", counted)
    return read


def now() -> OfferColumns:
    with in_force(municipality=HERE):
        return engine.columns_of(HERE)


def capacities() -> dict[int, int]:
    kept = now()
    return {
        int(part.block.rows.id[row]): int(part.block.rows.capacity[row])
        for part in kept.parts
        for row in range(len(part.block.rows))
        if part.present[row]
    }


def change(offer: Offer, capacity: int) -> None:
    Offer.objects.within(HERE).filter(pk=offer.pk).update(capacity=capacity)


class Regret(Exception):
    """Takes a transaction back."""


class Writer(threading.Thread):
    """Somebody who writes in a transaction of their own and commits when told."""

    def __init__(self, offer: Offer, capacity: int) -> None:
        super().__init__(daemon=True)
        self.written, self.may_commit = threading.Event(), threading.Event()
        self.act = lambda: change(offer, capacity)
        self.start()
        assert self.written.wait(10)

    def run(self) -> None:
        try:
            with in_force(municipality=HERE):
                self.act()
                self.written.set()
                self.may_commit.wait(10)
        finally:
            connection.close()

    def commit(self) -> None:
        self.may_commit.set()
        self.join(10)
        assert not self.is_alive()


def test_all_rows_are_read_once_then_only_those_that_changed(odsherred, rows_read):
    volunteers = [factories.make_volunteer(odsherred) for _ in range(5)]
    first = now()
    assert now() is first
    change(volunteers[3].offers.get(), 7)
    assert capacities()[volunteers[3].offers.get().pk] == 7
    assert rows_read == [5, 1]


def test_who_comes_and_who_goes_is_seen(odsherred):
    one, other = factories.make_volunteer(odsherred), factories.make_volunteer(odsherred)
    gone = one.offers.get().pk
    assert len(capacities()) == 2
    one.offers.all().delete()
    new = factories.make_volunteer(odsherred)
    assert set(capacities()) == {other.offers.get().pk, new.offers.get().pk}
    assert gone not in capacities()


def test_a_change_is_not_passed_by_when_a_later_one_commits_first(odsherred):
    early, late = (factories.make_volunteer(odsherred).offers.get() for _ in range(2))
    now()
    slow = Writer(early, 5)
    quick = Writer(late, 6)
    quick.commit()
    assert capacities() == {early.pk: 1, late.pk: 6}
    slow.commit()
    assert capacities() == {early.pk: 5, late.pk: 6}


def test_what_is_rolled_back_is_never_kept(odsherred):
    offer = factories.make_volunteer(odsherred).offers.get()
    now()

    def try_out() -> None:
        with in_force(municipality=HERE):
            change(offer, 9)
            own = engine.columns_of(HERE)
            assert [int(value) for part in own.parts for value in part.block.rows.capacity[part.present]] == [9]
            raise Regret

    with pytest.raises(Regret):
        try_out()
    assert capacities() == {offer.pk: 1}


def test_two_who_change_different_facts_of_an_offer_at_once_both_count(odsherred):
    volunteer = factories.make_volunteer(odsherred)
    offer = volunteer.offers.get()
    first = Writer(offer, 4)

    def smoke() -> None:
        with in_force(municipality=HERE):
            type(volunteer).objects.within(HERE).filter(pk=volunteer.pk).update(smokes=True)
        connection.close()

    second = threading.Thread(target=smoke, daemon=True)
    second.start()
    second.join(0.3)
    first.commit()
    second.join(10)
    with in_force(municipality=HERE):
        facts = engine.offer_facts(HERE, [offer.pk])[offer.pk]
    assert (facts.capacity, facts.smokes) == (4, True)


def test_a_new_day_reads_all_anew(odsherred, rows_read):
    factories.make_volunteer(odsherred)
    now()
    with in_force(municipality=HERE):
        engine.columns_of(HERE, timezone.localdate() + timedelta(days=1))
    assert rows_read == [1, 1]


def test_what_is_written_after_reading_in_the_same_transaction_is_seen_later(odsherred):
    offer = factories.make_volunteer(odsherred).offers.get()
    with in_force(municipality=HERE):
        number_this_transaction()
        _elsewhere(number_this_transaction)
        engine.columns_of(HERE)
        change(offer, 7)
    assert capacities() == {offer.pk: 7}


def test_what_is_kept_is_told_only_to_the_municipality_in_force(odsherred):
    offer = factories.make_volunteer(odsherred).offers.get()
    now()
    with in_force(municipality=factories.ROSKILDE):
        take_site_role()
        assert len(engine.columns_of(HERE)) == 0
    assert capacities() == {offer.pk: 1}


def test_a_new_offer_and_a_new_yes_at_the_same_moment_find_each_other(odsherred):
    volunteer = factories.make_volunteer(odsherred, consent=False, kinds=())
    written, may_commit = threading.Event(), threading.Event()

    def offers() -> None:
        with in_force(municipality=HERE):
            type(volunteer).objects.within(HERE).select_for_update().get(pk=volunteer.pk)
            Offer.objects.create(municipality_id=HERE, volunteer=volunteer, kind="contact_family")
            written.set()
            may_commit.wait(10)

    def says_yes() -> None:
        record = Record(SYSTEM, HERE)
        say_yes_to_matching(volunteer, language="da", now=timezone.now(), record=record)

    first = _thread(offers)
    assert written.wait(10)
    second = _thread(says_yes)
    second.join(0.5)
    may_commit.set()
    first.join(10)
    second.join(10)
    (row,) = OfferRow.objects.within(HERE).filter(volunteer_id=volunteer.pk)
    assert row.consent_until is not None


def test_saying_yes_and_taking_it_back_never_wait_for_each_other_for_ever(odsherred):
    volunteer = factories.make_volunteer(odsherred, consent=False, kinds=("contact_family", "mentor"))
    failed: list[Exception] = []
    record = Record(SYSTEM, HERE)

    def act(service: Callable[..., Any], **more: Any) -> Callable[[], None]:
        def run() -> None:
            try:
                service(volunteer, now=timezone.now(), record=record, **more)
            except Exception as error:  # noqa: BLE001 - the error is what the test asks for
                failed.append(error)

        return run

    for _ in range(8):
        both = [_thread(act(say_yes_to_matching, language="da")), _thread(act(take_back_yes_to_matching))]
        for one in both:
            one.join(10)
    assert failed == []


def number_this_transaction() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_xact_id()")


def _elsewhere(act: Callable[[], None]) -> None:
    """Do it in a transaction of its own, and commit."""

    def run() -> None:
        with in_force(municipality=HERE):
            act()

    _thread(run).join(10)


def _thread(act: Callable[[], None]) -> threading.Thread:
    def run() -> None:
        try:
            act()
        finally:
            connection.close()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    return thread
