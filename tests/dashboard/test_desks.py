"""Who lands where, and what each desk says."""

import pytest

LANDINGS = (
    ("admin", "/care/"),
    ("analyst", "/analysis/"),
    ("chief", "/analysis/"),
    ("inspector", "/analysis/"),
    ("clerk_north", "/chase/"),
    ("supervisor_north", "/chase/"),
    ("secretary_north", "/desk/"),
    ("minutes_north", "/desk/"),
)


@pytest.mark.parametrize(("username", "desk"), LANDINGS)
def test_each_role_lands_on_its_desk(login, username, desk):
    client = login(username)
    answer = client.get("/")
    assert (answer.status_code, answer.headers["Location"]) == (302, desk)
    assert client.get(desk).status_code == 200


@pytest.mark.parametrize("desk", ["/analysis/", "/chase/", "/care/"])
def test_a_secretary_opens_no_desk_of_others(login, desk):
    assert login("secretary_north").get(desk).status_code in (302, 403)
