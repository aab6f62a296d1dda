"""Who gets into the desk, how, and what is refused at its door."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from syndication.cli import main
from syndication.desk import DeskError, passwords
from syndication.desk.patience import EACH_NAME
from syndication.store import staff, tables
from syndication.web.staff import create_app
from tests.unit.desk_site import ORIGIN, DeskSite, forms, press


@pytest.fixture
def desk(tmp_path: Path) -> DeskSite:
    return DeskSite(tmp_path)


def test_opening_a_link_does_not_use_it_up_but_its_button_does(desk: DeskSite):
    path = f"/sign-in/{desk.link(desk.member())}"
    client = desk.app().test_client()
    for _ in range(2):
        assert f'action="{path}"' in client.get(path).text
    sent = {"headers": {"Origin": ORIGIN}}
    assert client.post(path, **sent).headers["Location"] == "/inbox"
    assert desk.app().test_client().post(path, **sent).status_code == 410
    assert "used already" in client.get(path).text


def test_an_expired_link_lets_nobody_in(desk: DeskSite):
    path = f"/sign-in/{desk.link(desk.member())}"
    desk.now += staff.LINK_LASTS
    client = desk.app().test_client()
    assert client.post(path, headers={"Origin": ORIGIN}).status_code == 410
    assert "Set-Cookie" not in client.get(path).headers


def with_password(desk: DeskSite, password: str) -> None:
    member = desk.member()
    hashed = passwords.hashed(password)
    with desk.store.write() as tx:
        staff.set_password(tx, member.id, hashed)


def test_name_and_password_let_in_and_lead_where_somebody_was_going(desk: DeskSite):
    with_password(desk, "three swifts over the roof")
    client = desk.app().test_client()
    door = client.get(client.get("/message/12").headers["Location"])
    answer = client.post(
        "/sign-in",
        data={"name": "marta", "password": "three swifts over the roof", "next": "/message/12"},
        headers={"Origin": ORIGIN},
    )
    assert 'name="next" value="/message/12"' in door.text
    assert answer.headers["Location"] == "/message/12"


@pytest.mark.parametrize("next_", ["https://evil.example/", "//evil.example", "/\\evil.example"])
def test_the_door_leads_to_no_other_website(desk: DeskSite, next_: str):
    with_password(desk, "three swifts over the roof")
    answer = (
        desk.app()
        .test_client()
        .post(
            "/sign-in",
            data={"name": "Marta", "password": "three swifts over the roof", "next": next_},
            headers={"Origin": ORIGIN},
        )
    )
    assert answer.headers["Location"] == "/inbox"


def test_wrong_passwords_are_counted_until_the_right_one_has_to_wait_too(desk: DeskSite):
    with_password(desk, "three swifts over the roof")
    client = desk.app().test_client()

    def attempt(password: str) -> int:
        data = {"name": "Marta", "password": password}
        return client.post("/sign-in", data=data, headers={"Origin": ORIGIN}).status_code

    assert [attempt("wrong") for _ in range(EACH_NAME)] == [401] * EACH_NAME
    assert attempt("three swifts over the roof") == 429
    desk.now += timedelta(minutes=15)
    assert attempt("three swifts over the roof") == 303


def test_the_cookie_is_for_this_site_alone(desk: DeskSite):
    origin = "https://desk.example"
    client = desk.app(origin).test_client()
    answer = client.post(
        f"/sign-in/{desk.link(desk.member())}", headers={"Origin": origin}, base_url=origin
    )
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-tertulia=")
    assert all(part in cookie for part in ("HttpOnly", "Secure", "SameSite=Lax", "Path=/"))


def test_without_https_the_cookie_has_no_prefix_that_browsers_would_refuse(desk: DeskSite):
    client = desk.app().test_client()
    answer = client.post(f"/sign-in/{desk.link(desk.member())}", headers={"Origin": ORIGIN})
    assert answer.headers["Set-Cookie"].startswith("tertulia=")
    assert "Secure" not in answer.headers["Set-Cookie"]


def test_every_page_needs_a_session(desk: DeskSite):
    said = desk.says()
    client = desk.app().test_client()
    for path in ("/inbox", "/found", "/decided", "/answers", "/account", f"/message/{said}"):
        assert client.get(path).headers["Location"] == f"/sign-in?next={path}"
    assert client.get("/team").status_code == 303


def test_a_session_that_ended_gives_the_typed_answer_back(desk: DeskSite):
    said = desk.says()
    client = desk.client()
    page = client.get("/inbox", base_url=ORIGIN)
    desk.now += staff.SESSION_LASTS
    answer = press(client, page, f"/message/{said}/answer", text="It does, Ana: two & a dog.")
    assert answer.status_code == 401
    assert "It does, Ana: two &amp; a dog." in answer.text


def test_signing_out_ends_the_session_and_not_only_the_cookie(desk: DeskSite):
    client = desk.client()
    cookie = client.get_cookie("tertulia", domain="desk.example")
    assert cookie is not None
    press(client, client.get("/inbox", base_url=ORIGIN), "/sign-out")
    client.set_cookie("tertulia", cookie.value, domain="desk.example")
    assert client.get("/inbox", base_url=ORIGIN).status_code == 303


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://desk.example.evil.example"},
        {"Origin": "http://desk.example:81"},
        {"Origin": "", "Referer": "https://evil.example/http://desk.example/"},
        {"Origin": "", "Referer": ""},
    ],
)
def test_what_another_website_sends_is_refused(desk: DeskSite, headers: dict[str, str]):
    said = desk.says()
    client = desk.client()
    page = client.get("/inbox", base_url=ORIGIN)
    path = f"/message/{said}/approve"
    del client.environ_base["HTTP_ORIGIN"]
    answer = client.post(path, data=forms(page)[path], headers=headers, base_url=ORIGIN)
    assert answer.status_code == 403
    assert desk.stored(said).verdict == "hold"


def test_a_browser_that_sends_only_a_referer_is_heard(desk: DeskSite):
    said = desk.says()
    client = desk.client()
    page = client.get("/inbox", base_url=ORIGIN)
    path = f"/message/{said}/approve"
    del client.environ_base["HTTP_ORIGIN"]
    headers = {"Referer": f"{ORIGIN}/inbox?after=3"}
    client.post(path, data=forms(page)[path], headers=headers, base_url=ORIGIN)
    assert desk.stored(said).verdict == "approve"


def test_a_form_without_its_token_does_nothing(desk: DeskSite):
    said = desk.says()
    client = desk.client()
    assert client.post(f"/message/{said}/approve", base_url=ORIGIN).status_code == 403
    assert desk.stored(said).verdict == "hold"


def test_the_form_of_another_session_does_nothing(desk: DeskSite):
    said = desk.says()
    luis = desk.client(desk.member("Luis"))
    foreign = luis.get("/inbox", base_url=ORIGIN)
    answer = press(desk.client(), foreign, f"/message/{said}/approve")
    assert answer.status_code == 403
    assert "another session" in answer.text
    assert desk.stored(said).verdict == "hold"


def test_a_role_without_the_right_sees_no_forms_and_can_do_nothing(desk: DeskSite):
    said = desk.says()
    marta = desk.member()
    client = desk.client(marta)
    page = client.get("/inbox", base_url=ORIGIN)
    with desk.store.write() as tx:
        tx.exec_driver_sql("update staff set role = 'guest'")
    assert press(client, page, f"/message/{said}/approve").status_code == 403
    assert client.get("/inbox", base_url=ORIGIN).status_code == 403
    assert desk.stored(said).verdict == "hold"


def test_every_answer_is_sealed(desk: DeskSite):
    client = desk.client()
    for path in ("/inbox", "/desk.css", "/nothing-here", "/sign-in", "/health"):
        headers = client.get(path, base_url=ORIGIN).headers
        policy = headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'; style-src 'self'; img-src 'self';")
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert headers["Referrer-Policy"] == "same-origin"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Cache-Control"] == "no-store"


def test_an_error_shows_neither_traces_nor_secrets(desk: DeskSite, caplog):
    client = desk.client()
    desk.store.engine.dispose()
    with desk.store.write() as tx:
        tx.exec_driver_sql("alter table messages rename to elsewhere")
    answer = client.get("/inbox", base_url=ORIGIN)
    assert answer.status_code == 503
    assert "Traceback" not in answer.text
    assert "messages" not in answer.text
    assert "no such table" in caplog.text


def test_health_is_answered_without_a_session(desk: DeskSite):
    assert desk.app().test_client().get("/health").text == "ok\n"


def test_a_link_speaks_the_language_of_whom_it_is_for(desk: DeskSite):
    link = desk.link(desk.member(language="es"))
    assert "Te damos la bienvenida" in desk.app().test_client().get(f"/sign-in/{link}").text


def test_the_door_speaks_the_language_of_the_browser(desk: DeskSite):
    client = desk.app().test_client()
    assert "Contraseña" in client.get("/sign-in", headers={"Accept-Language": "es-MX"}).text
    assert "Password" in client.get("/sign-in?language=en").text


@pytest.mark.parametrize(
    ("written", "spoken", "word"),
    [("es-MX", "es", "Contraseña"), ("en", "en", "Password"), ("fi", "en", "Password")],
)
def test_a_site_that_writes_spanish_has_a_spanish_desk_unless_another_is_asked_for(
    desk: DeskSite, written: str, spoken: str, word: str
):
    with desk.store.write() as tx:
        tx.execute(tables.posts.update().values(language=written))
    client = desk.app().test_client()
    assert word in client.get("/sign-in").text
    assert word in client.get("/sign-in", headers={"Accept-Language": "fi"}).text
    assert "Password" in client.get("/sign-in", headers={"Accept-Language": "en"}).text
    file = desk.folder / "tertulia.toml"
    file.write_text(
        '[site]\nurl = "https://vencejo.example"\nname = "Vencejo"\n[store]\nfolder = "."\n'
    )
    for name, *chosen in (("Nora",), ("Leo", "--language", "en")):
        command = ["--settings", str(file), "desk", "add", name, *chosen]
        assert CliRunner().invoke(main, command).exit_code == 0
    with desk.store.read() as tx:
        languages = {member.name: member.language for member in staff.everyone(tx)}
    assert languages == {"Nora": spoken, "Leo": "en"}


def test_an_account_sets_language_and_password_and_ends_other_sessions(desk: DeskSite):
    marta = desk.member()
    here, there = desk.client(marta), desk.client(marta)
    page = here.get("/account", base_url=ORIGIN)
    press(here, page, "/account/language", language="es")
    assert "Tu cuenta" in here.get("/account", base_url=ORIGIN).text
    short = press(here, page, "/account/password", password="short")
    assert short.status_code == 422
    press(here, page, "/account/password", password="three swifts over the roof")
    assert there.get("/inbox", base_url=ORIGIN).status_code == 303
    again = press(here, page, "/account/password", password="another one entirely", current="no")
    assert again.status_code == 403
    with desk.store.read() as tx:
        kept = staff.password_hash(tx, marta.id)
    assert passwords.matches(kept, "three swifts over the roof")


def test_an_account_signs_out_another_browser(desk: DeskSite):
    marta = desk.member()
    there = desk.client(marta)
    desk.now += timedelta(minutes=1)
    here = desk.client(marta)
    page = here.get("/account", base_url=ORIGIN)
    press(here, page, "/account/sessions/end")
    assert there.get("/inbox", base_url=ORIGIN).status_code == 303
    assert here.get("/inbox", base_url=ORIGIN).status_code == 200


def test_an_admin_adds_somebody_whose_link_lets_them_in(desk: DeskSite):
    admin = desk.client(desk.member("Rosa", role="admin"))
    page = admin.get("/team", base_url=ORIGIN)
    added = press(admin, page, "/team/add", name="Luis <b>", role="moderator", language="es")
    assert "Luis &lt;b&gt;" in added.text
    link = added.text.partition(f"{ORIGIN}/sign-in/")[2].partition("<")[0]
    luis = desk.app().test_client()
    answer = luis.post(f"/sign-in/{link}", headers={"Origin": ORIGIN}, base_url=ORIGIN)
    assert answer.status_code == 303
    assert luis.get("/team", base_url=ORIGIN).status_code == 403
    twice = press(admin, page, "/team/add", name="luis <b>", role="moderator", language="es")
    assert twice.status_code == 422


@pytest.mark.parametrize("language", ["en", "es"])
def test_somebody_new_gets_the_admins_language_unless_another_is_chosen(
    desk: DeskSite, language: str
):
    admin = desk.client(desk.member("Rosa", role="admin", language=language))
    page = admin.get("/team", base_url=ORIGIN)
    assert re.findall(r'<option value="(\w+)"[^>]* selected>', page.text) == [language]


def test_an_admin_removes_others_but_not_themselves(desk: DeskSite):
    rosa, luis = desk.member("Rosa", role="admin"), desk.member("Luis")
    admin, other = desk.client(rosa), desk.client(luis)
    page = admin.get("/team", base_url=ORIGIN)
    assert press(admin, page, "/team/remove", id=str(rosa.id)).status_code == 422
    press(admin, page, "/team/remove", id=str(luis.id))
    assert other.get("/inbox", base_url=ORIGIN).status_code == 303


@pytest.mark.parametrize("folder", ["output/desk", "discussion/desk"])
def test_a_folder_that_is_published_is_refused(desk: DeskSite, folder: str):
    with pytest.raises(DeskError, match="published"):
        create_app(desk.site, directory=desk.folder / folder, origin=ORIGIN)


def test_an_origin_that_is_none_is_refused(desk: DeskSite):
    with pytest.raises(ValueError, match=r"desk\.example"):
        create_app(desk.site, directory=desk.desk, origin="desk.example")
