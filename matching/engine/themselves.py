"""Whether somebody who came as a newcomer and volunteers too is the household itself."""

from django.db import connection


def themselves(household: int) -> frozenset[int]:
    """Return the volunteers who are a household's own person; to be called with its municipality in force.

    Their account may be another municipality's to know: a function of the tables' owner says no more than the pair.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT volunteer FROM matching_themselves(%s)", [household])
        return frozenset(volunteer for (volunteer,) in cursor.fetchall())
