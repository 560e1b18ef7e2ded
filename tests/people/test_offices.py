"""The sample city's offices, found from the words of the catalogue; users added and disabled."""

import pytest

from app.extensions import db
from app.people import actions, find
from app.people.models import User
from app.refusals import Incomplete, NotThere


def test_a_department_of_every_street_is_the_streets_own(inside):
    found = find.offices_of_department("subdistrict_office", "wenfeng")
    assert [place.id for place in found] == ["subdistrict_office-wenfeng"]
    assert found[0].name == "文峰街道办事处"
    assert len(find.offices_of_department("community")) == 5
    assert find.office("community-wenfeng").name == "文峰街道社区居民委员会"
    assert find.office("mediation_committee-wenfeng").name == "文峰街道人民调解委员会"


def test_a_department_of_the_city_is_one_office(inside):
    assert [place.id for place in find.offices_of_department("civil_affairs", "wenfeng")] == ["civil_affairs"]
    assert find.offices_of_department("no_such_department", "wenfeng") == []


def test_stations_and_street_offices_belong_to_the_centre_of_their_street(inside):
    assert find.office("wf-p01").centre_id == "wf-01"
    assert find.centre_of("wf-s01").id == "wf-01"
    assert find.centre_of("community-wenfeng").id == "wf-01"
    assert find.centre_of("ss-02").id == "gh-01"
    assert find.centre_of("civil_affairs") is None


def test_only_centres_and_stations_take_things_in(inside):
    found = {place.id for place in find.receiving_offices()}
    assert {"wf-01", "wf-s01"} <= found
    assert not found & {"wf-p01", "ss-01", "civil_affairs"}
    assert len(found) == 11


def test_document_codes_tell_offices_apart(inside):
    assert find.office("wf-01").document_code == "都文峰"
    assert find.office("wf-s02").document_code == "都文峰站2"
    assert find.office("civil_affairs").document_code == "都匀民政"
    codes = [place.document_code for place in find.offices() if place.department_id != "subdistrict_office"]
    assert len(codes) == len(set(codes))


def test_an_unknown_office_is_not_there(inside):
    for ask in (find.office, find.street, find.desk, find.role):
        with pytest.raises(NotThere):
            ask("nowhere")
    with pytest.raises(NotThere):
        find.get_user(10**6)


def test_a_user_is_added_once_and_for_an_office_that_is_there(inside):
    number = actions.add_user("New.Clerk", "新人", ["clerk"], "wf-01", "一个足够长的初始密码 2026")
    user = find.get_user(number)
    assert (user.login, user.must_change_password, user.demo) == ("new.clerk", True, False)
    with pytest.raises(Incomplete, match="已有人使用"):
        actions.add_user("new.clerk", "新人", ["clerk"], "wf-01")
    with pytest.raises(NotThere, match="没有这个单位"):
        actions.add_user("other", "新人", ["clerk"], "nowhere")
    with pytest.raises(NotThere, match="没有这个岗位"):
        actions.add_user("other", "新人", ["king"], "wf-01")
    with pytest.raises(Incomplete, match="至少 12 个字符"):
        actions.add_user("other", "新人", ["clerk"], "wf-01", "short")
    for login in ("", "a b", "文", "x" * 70 + "!", "-a"):
        with pytest.raises(Incomplete):
            actions.add_user(login, "新人", ["clerk"], "wf-01")


def test_the_command_line_adds_disables_and_resets(app):
    run = app.test_cli_runner().invoke
    added = run(
        args=["user", "add", "cli.clerk", "--name", "新人", "--role", "clerk", "--office", "wf-01",
              "--password", "一个足够长的初始密码 2026"]
    )  # fmt: skip
    assert added.exit_code == 0, added.output
    assert run(args=["user", "password", "cli.clerk", "--password", "short"]).exit_code == 1
    assert run(args=["user", "password", "cli.clerk", "--password", "另一个足够长的密码 2026"]).exit_code == 0
    assert run(args=["user", "disable", "cli.clerk"]).exit_code == 0
    assert run(args=["user", "disable", "no.body"]).exit_code == 1
    with app.app_context():
        assert db.session.scalar(db.select(User.disabled_at).filter_by(login="cli.clerk"))


def test_there_is_a_demonstration_account_for_each_role_and_office(inside):
    from app.jobs import demo
    from app.people.permissions import ROLES

    rows = demo.accounts()
    logins = {row[0] for row in rows}
    assert {role for (roles,) in db.session.execute(db.select(User.roles)) for role in roles} == set(ROLES)
    assert {"wf-01.clerk2", "civil_affairs.officer", "upper_level.approver", "wf-s01.grid_worker"} <= logins
    assert len({row[1] for row in rows}) == len(rows)
    staffed = set(db.session.scalars(db.select(User.office_id)))
    chain = {place.id for place in find.offices() if place.kind != "self_service" and place.id != "wf-p01"}
    assert staffed == chain
    assert demo.demo_accounts_exist()
    assert demo.make_accounts() == 0
    answer = inside.test_cli_runner().invoke(args=["user", "disable", "--demo"])
    assert answer.exit_code == 0 and f"{len(rows)} 个" in answer.output
    assert not demo.demo_accounts_exist()
    assert inside.test_cli_runner().invoke(args=["user", "disable"]).exit_code == 2
