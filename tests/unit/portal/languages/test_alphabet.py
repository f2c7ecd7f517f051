"""Names in lists stand in the order of the Danish alphabet, large and small letters alike."""

from portal.languages.alphabet import in_order


def test_large_letters_do_not_come_first_and_the_danish_letters_come_last():
    names = ["Åben skole", "Økonomi", "SSP", "Ældre", "Samtaler", "zoo"]
    assert sorted(names, key=in_order) == ["Samtaler", "SSP", "zoo", "Ældre", "Økonomi", "Åben skole"]
