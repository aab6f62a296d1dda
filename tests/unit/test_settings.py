"""tertulia.toml: every wrong value is named by file and key, with what is allowed."""

from __future__ import annotations

import dataclasses
import tomllib
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syndication.settings import (
    SECTIONS,
    AccountSettings,
    Settings,
    SettingsError,
    default_of,
    duration,
    load,
    starter_toml,
    written,
)
from syndication.store import Store

SITE = '[site]\nurl = "https://vencejo.example"\nname = "Vencejo"\n'


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "tertulia.toml"


def read(file: Path, text: str) -> Settings:
    file.write_text(text, encoding="utf-8")
    return load(file)


def complaint(file: Path, text: str) -> str:
    """What is said about settings that cannot be used; it begins with the file."""
    with pytest.raises(SettingsError) as caught:
        read(file, text)
    message = str(caught.value)
    assert message.startswith(f"{file.resolve()}: ")
    return message.removeprefix(f"{file.resolve()}: ")


def with_site(section: str, line: str) -> str:
    """The smallest settings and one line more."""
    if section == "site":
        kept = [old for old in SITE.splitlines() if old.split(" =")[0] != line.split(" =")[0]]
        return "\n".join([*kept, line, ""])
    return f"{SITE}[{section}]\n{line}\n"


# --- what is right ---------------------------------------------------------------------------


def test_the_smallest_settings_have_every_default(file: Path) -> None:
    settings = read(file, SITE)
    assert (settings.site.url, settings.site.name) == ("https://vencejo.example", "Vencejo")
    for section, cls in SECTIONS.items():
        for item in dataclasses.fields(cls):
            if (section, item.name) not in (("site", "url"), ("site", "name")):
                assert getattr(getattr(settings, section), item.name) == default_of(item)
    assert settings.accounts == {}


def test_every_relative_path_starts_at_the_settings(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir("/")
    settings = read(file, SITE)
    assert settings.folder == file.parent
    assert settings.var == file.parent / "var"
    assert settings.database == f"sqlite:///{file.parent}/var/tertulia.db"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("sqlite:///data/t.db", "sqlite:///{folder}/data/t.db"),
        ("sqlite+pysqlite:///t.db", "sqlite+pysqlite:///{folder}/t.db"),
        ("sqlite:////srv/t.db", "sqlite:////srv/t.db"),
        ("postgresql+psycopg://ana@db/tertulia", "postgresql+psycopg://ana@db/tertulia"),
    ],
)
def test_a_database_of_ones_own_is_found_from_the_settings_too(
    file: Path, url: str, expected: str
) -> None:
    settings = read(file, with_site("store", f'url = "{url}"'))
    assert settings.database == expected.format(folder=file.parent)


@pytest.mark.parametrize("name", ["a b", "100% ñandú", "what?", "a#b", "a:b@c"])
def test_a_folder_of_any_name_can_hold_the_database(tmp_path: Path, name: str) -> None:
    folder = tmp_path / name
    folder.mkdir()
    for store in ("", '[store]\nurl = "sqlite:///own.db"\n'):
        Store(read(folder / "tertulia.toml", SITE + store).database).close()
    assert sorted(path.name for path in folder.iterdir()) == ["own.db", "tertulia.toml", "var"]
    assert (folder / "var" / "tertulia.db").exists()


def test_an_account_is_read_with_all_that_it_says(file: Path) -> None:
    section = """
    [accounts.plaza]
    network = "mastodon"
    server = "https://plaza.example"
    languages = ["es", "en-GB"]
    token_env = "PLAZA_TOKEN"
    options = { visibility = "unlisted" }
    """
    account = read(file, SITE + section).accounts["plaza"]
    assert account == AccountSettings(
        network="mastodon",
        server="https://plaza.example",
        languages=["es", "en-GB"],
        token_env="PLAZA_TOKEN",
        token_file="",
        options={"visibility": "unlisted"},
    )


def test_two_settings_share_no_list(file: Path) -> None:
    text = SITE + '[accounts.a]\nnetwork = "x"\n[accounts.b]\nnetwork = "x"\n'
    accounts = read(file, text).accounts
    accounts["a"].languages.append("es")
    assert accounts["b"].languages == []
    assert read(file, text).accounts["a"].languages == []


def test_a_file_saved_with_a_byte_order_mark_is_read(file: Path) -> None:
    file.write_bytes(b"\xef\xbb\xbf" + SITE.encode())
    assert load(file).site.name == "Vencejo"


@pytest.mark.parametrize("url", ["http://localhost:8000", "https://a.example/blog", "https://ñ.es"])
def test_addresses_of_a_site(file: Path, url: str) -> None:
    assert read(file, with_site("site", f'url = "{url}"')).site.url == url


@pytest.mark.parametrize(
    "contact",
    ["mailto:hola@vencejo.example", "https://vencejo.example/contact/?topic=privacy#form"],
)
def test_ways_to_be_asked(file: Path, contact: str) -> None:
    assert read(file, with_site("site", f'contact = "{contact}"')).site.contact == contact


@pytest.mark.parametrize("listen", ["127.0.0.1:8765", "[::1]:80", "localhost:0", "0.0.0.0:65535"])
def test_places_where_a_desk_can_listen(file: Path, listen: str) -> None:
    assert read(file, with_site("desk", f'listen = "{listen}"')).desk.listen == listen


# --- what is wrong ---------------------------------------------------------------------------

WRONG = [
    # section, line, what the complaint says
    ("akismet", 'key_env = "a"\nkey_file = "b"', "[akismet] has key_env and key_file"),
    ("akismet", 'key_env = "0123-4567"', "[akismet] key_env must be the name of an environment"),
    ("akismet", 'server = "rest.akismet.com"', "[akismet] server must be an address like"),
    ("comments", "catalogues = { es = 1 }", "[comments] catalogues must name catalogues, as"),
    ("comments", 'catalogues = { es = "../es" }', "es is '../es'"),
    ("site", "url = 3", '[site] url must be a text in "quotes", not 3'),
    ("site", 'url = "vencejo.example"', "[site] url must be an absolute address"),
    ("site", 'url = "https://vencejo.example/"', "without a slash at the end"),
    ("site", 'url = "ftp://vencejo.example"', "[site] url must be an absolute address"),
    ("site", 'url = "https://"', "[site] url must be an absolute address"),
    ("site", 'url = "http://[::1"', "[site] url must be an absolute address"),
    ("site", 'url = "https://ana:pw@vencejo.example"', "[site] url must be an absolute"),
    ("site", 'url = "https://vencejo.example?x"', "[site] url must be an absolute address"),
    ("site", 'url = "https://vencejo.example#x"', "[site] url must be an absolute address"),
    ("site", 'url = "https://vencejo.example:99999"', "[site] url must be an absolute"),
    ("site", 'url = "https://vencejo .example"', "[site] url must be an absolute address"),
    ("site", 'url = ""', "[site] url is missing. Public address of the site"),
    ("site", 'name = ""', "[site] name is missing. The brand's name"),
    ("site", "name = true", '[site] name must be a text in "quotes", not True'),
    ("site", 'contact = "javascript:alert(1)"', "[site] contact must be like"),
    ("site", 'contact = "hola@vencejo.example"', "[site] contact must be like"),
    ("site", 'contact = "mailto:nobody"', "[site] contact must be like"),
    ("site", "build_delay = 5", '[site] build_delay must be a time like "90s", "5m"'),
    ("site", 'build_delay = "5 m"', '[site] build_delay must be a time like "90s", "5m"'),
    ("site", 'build_delay = "-5m"', "[site] build_delay must be a time like"),
    ("site", 'build_delay = "5w"', "[site] build_delay must be a time like"),
    ("site", 'build_delay = "٣m"', "[site] build_delay must be a time like"),
    ("site", 'build_delay = "9999999d"', "[site] build_delay must be a time like"),
    ("site", 'biuld = "x"', "[site] biuld is not a setting; there are url, name, outbox"),
    ("publish", "confirm = 1", "[publish] confirm must be true or false, not 1"),
    ("publish", 'confirm = "yes"', "[publish] confirm must be true or false, not 'yes'"),
    ("publish", "max_new = true", "[publish] max_new must be a whole number, 0 to"),
    ("publish", "max_new = -1", "[publish] max_new must be a whole number, 0 to"),
    ("publish", "max_new = 1.5", "[publish] max_new must be a whole number, 0 to"),
    ("publish", "max_new = 9999999", "[publish] max_new must be a whole number, 0 to"),
    ("publish", 'max_new = "3"', "[publish] max_new must be a whole number, 0 to"),
    ("collect", 'every = "0s"', "[collect] every must be \"1s\" or more, not '0s'"),
    ("collect", 'listen_every = "0m"', '[collect] listen_every must be "1s" or more'),
    ("collect", 'reread_soonest = "0d"', '[collect] reread_soonest must be "1s" or more'),
    ("desk", 'listen = "8765"', '[desk] listen must be "ADDRESS:PORT"'),
    ("desk", 'listen = ":8765"', '[desk] listen must be "ADDRESS:PORT"'),
    ("desk", 'listen = "127.0.0.1:"', '[desk] listen must be "ADDRESS:PORT"'),
    ("desk", 'listen = "127.0.0.1:65536"', '[desk] listen must be "ADDRESS:PORT"'),
    ("desk", 'listen = "127.0.0.1:²"', '[desk] listen must be "ADDRESS:PORT"'),
    ("desk", 'listen = "::1:8765"', '[desk] listen must be "ADDRESS:PORT"'),
    ("desk", 'listen = "http://127.0.0.1:8765"', '[desk] listen must be "ADDRESS:PORT"'),
    ("desk", 'url = "desk.example"', "[desk] url must be an address without a path"),
    ("desk", 'url = "https://desk.example/desk"', "[desk] url must be an address without a path"),
    ("desk", 'timezone = "Madrid"', '[desk] timezone must be a name like "Europe/Madrid"'),
    ("desk", 'timezone = ""', '[desk] timezone must be a name like "Europe/Madrid"'),
    ("desk", 'timezone = "../../etc/passwd"', "[desk] timezone must be a name like"),
    ("accounts.plaza", "languages = []", "[accounts.plaza] network is missing. Which network"),
    ("accounts.plaza", "netwrok = 1", "[accounts.plaza] netwrok is not a setting; there are net"),
    ("accounts.Plaza", 'network = "x"', "[accounts.Plaza] must be named with small letters"),
    ('accounts."../x"', 'network = "x"', "[accounts.../x] must be named with small letters"),
]
ACCOUNT = [
    ('languages = "es"', 'languages must be a list of texts like ["es", "en"], not \'es\''),
    ("languages = [1]", 'languages must be a list of texts like ["es", "en"], not 1'),
    ('languages = ["Spanish"]', 'languages must be codes like "es" or "en-GB", not \'Spanish\''),
    ('languages = ["es_ES"]', 'languages must be codes like "es" or "en-GB", not \'es_ES\''),
    ('server = "plaza.example"', 'server must be like "https://social.example"'),
    ('server = "https://ana:pw@plaza.example"', 'server must be like "https://social.example"'),
    ("options = 3", "options must be a table, not 3"),
    ('token_env = "A"\ntoken_file = "b"', "has token_env and token_file; keep one of them"),
]


@pytest.mark.parametrize(("section", "line", "expected"), WRONG)
def test_a_wrong_value_is_named_with_what_is_allowed(
    file: Path, section: str, line: str, expected: str
) -> None:
    assert expected in complaint(file, with_site(section, line))


@pytest.mark.parametrize(("line", "expected"), ACCOUNT)
def test_a_wrong_value_of_an_account_is_named(file: Path, line: str, expected: str) -> None:
    text = f'{SITE}[accounts.plaza]\nnetwork = "mastodon"\n{line}\n'
    assert complaint(file, text).startswith("[accounts.plaza] ")
    assert expected in complaint(file, text)


def test_a_token_in_the_place_of_a_variables_name_is_not_repeated(file: Path) -> None:
    line = 'network = "mastodon"\ntoken_env = "x9-Secret_Token"'
    said = complaint(file, with_site("accounts.plaza", line))
    assert "[accounts.plaza] token_env must be the name of an environment variable" in said
    assert "Secret" not in said


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[sight]\nurl = 1\n" + SITE, "[sight] is not a section; there are [site], [store]"),
        ('url = "x"\n' + SITE, "[url] is not a section; there are [site]"),
        ("site = 3", "site must be a section, [site]"),
        ("accounts = 3\n" + SITE, "accounts must be a section, [accounts]"),
        (SITE + '[accounts]\nnetwork = "x"\n', "accounts.network must be a section"),
        ("", "[site] url is missing"),
        ("[store]\n", "[site] url is missing"),
        (SITE + "[site]\n", "is not TOML: "),
        ("[site]\nurl = \n", "is not TOML: Invalid value (at line 2"),
    ],
)
def test_a_file_of_another_shape_is_named(file: Path, text: str, expected: str) -> None:
    assert complaint(file, text).startswith(expected)


def test_a_missing_file_says_how_to_make_one(file: Path) -> None:
    with pytest.raises(SettingsError, match=r"there is no such file.*'tertulia init DIR'"):
        load(file)


def test_a_folder_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="cannot be read"):
        load(tmp_path)


def test_another_encoding_is_named(file: Path) -> None:
    file.write_bytes(SITE.replace("Vencejo", "Ñandú").encode("latin-1"))
    with pytest.raises(SettingsError, match="is not text in UTF-8"):
        load(file)


# --- writing ---------------------------------------------------------------------------------


def test_the_starters_settings_say_every_key_and_load_with_every_default(file: Path) -> None:
    text = starter_toml(url="https://nandu.example", name="Casa Ñandú")
    for section, cls in SECTIONS.items():
        assert f"\n[{section}]\n" in text
        for item in dataclasses.fields(cls):
            assert f"# {item.metadata['help']}\n" in text
    settings = read(file, text)
    assert settings == read(file, '[site]\nurl = "https://nandu.example"\nname = "Casa Ñandú"\n')


def test_what_the_starter_comments_out_is_the_default(file: Path) -> None:
    """Every line that a person may take the mark from loads, and changes nothing."""
    text = starter_toml(url="https://nandu.example", name="Casa Ñandú")
    lines = []
    for line in text.splitlines():
        key, equals, _ = line.removeprefix("# ").partition(" = ")
        lines.append(line.removeprefix("# ") if equals and key.isidentifier() else line)
    assert read(file, "\n".join(lines)) == read(file, text)


any_text = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
values = st.recursive(
    any_text | st.booleans() | st.integers(-(2**40), 2**40),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(any_text, inner, max_size=3),
    max_leaves=6,
)


@given(values)
def test_a_value_is_written_so_that_it_reads_the_same(value: object) -> None:
    assert tomllib.loads(f"key = {written(value)}") == {"key": value}


@given(url=st.just("https://a.example"), name=any_text.filter(bool))
def test_a_name_of_any_letters_survives_the_starter(url: str, name: str) -> None:
    assert tomllib.loads(starter_toml(url=url, name=name))["site"]["name"] == name


@given(st.integers(0, 999_999 * 86_400))
def test_a_time_survives_being_written(seconds: int) -> None:
    text = duration(timedelta(seconds=seconds))
    units = {"s": 1, "m": 60, "h": 3600, "d": 86400}
    assert int(text[:-1]) * units[text[-1]] == seconds


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (timedelta(0), "0s"),
        (timedelta(seconds=90), "90s"),
        (timedelta(minutes=5), "5m"),
        (timedelta(hours=36), "36h"),
        (timedelta(days=7), "7d"),
    ],
)
def test_a_time_is_written_in_the_largest_unit_that_is_exact(
    value: timedelta, expected: str
) -> None:
    assert duration(value) == expected
