"""The rules against advertising: each says what it saw, and people who write are let through."""

from __future__ import annotations

import base64
import json
from datetime import timedelta
from itertools import count

import pytest

from syndication.model import Verdict
from syndication.rules import policy
from syndication.rules.spam import Signs, bayes, lists, verdicts, work

CALM = {
    "text": "Does the Nido climb the hills of Valencia with two children?",
    "trap": False,
    "reading": timedelta(seconds=40),
    "alike": 0,
    "listed": "",
    "probability": None,
    "attacked": False,
    "worked": False,
}
LINKS = "https://a.example https://b.example https://c.example https://d.example"


def rule_of(**known: object) -> tuple[str, Verdict]:
    """By which rule, and how, a comment is judged."""
    rules = (*verdicts(Signs(**(CALM | known))), policy.hold_everything)  # type: ignore[arg-type]
    decision = policy.judge(None, rules)  # type: ignore[arg-type]
    return decision.rule, decision.verdict


@pytest.mark.parametrize(
    "harmless",
    [
        {},
        {"text": f"These four made my week, in this order: {LINKS}" + " and I say why" * 5},
        {"probability": 0.99},
        {"alike": 1},
        {"attacked": True},
        {"attacked": True, "worked": True, "text": "See https://a.example"},
        {"text": "¡Enhorabuena por el taller! Ñandú, 自転車, 🚲"},
    ],
)
def test_what_people_write_waits_for_a_person(harmless: dict):
    assert rule_of(**harmless) == ("hold_everything", Verdict.HOLD)


@pytest.mark.parametrize(
    ("sign", "rule"),
    [
        ({"trap": True}, "honeypot"),
        ({"reading": timedelta(seconds=1)}, "time_trap (1.0 s)"),
        ({"listed": "casino.example"}, "word_list (casino.example)"),
        ({"text": "[url=https://a.example]buy[/url]"}, "forum_markup"),
        ({"text": '<a href="https://a.example">buy</a>'}, "forum_markup"),
        ({"alike": 2}, "duplicates (2)"),
        ({"text": f"buy {LINKS}"}, "links (4)"),
        ({"probability": 0.9995}, "filter (99.95%)"),
        ({"attacked": True, "text": "See https://a.example"}, "no_work_under_attack"),
    ],
)
def test_each_rule_says_what_it_saw(sign: dict, rule: str):
    assert rule_of(**sign) == (rule, Verdict.SPAM)


def test_the_trace_names_every_rule_that_was_asked():
    rules = (*verdicts(Signs(**(CALM | {"alike": 3}))), policy.hold_everything)  # type: ignore[arg-type]
    trace = policy.judge(None, rules).trace  # type: ignore[arg-type]
    assert trace[0] == "honeypot: no answer"
    assert trace[-1] == "duplicates (3): spam"


def test_lists_know_words_domains_and_hosts_files():
    found = lists.read(
        ["# ours", "casino.example", "0.0.0.0 pills.example # bad", "Cheap  Watches", "", "спам"]
    )
    assert found.find("see https://www.casino.example/x") == "casino.example"
    assert found.find("hello", website="https://pills.example") == "pills.example"
    assert found.find("CHEAP watches, here!") == "cheap watches"
    assert found.find("Это СПАМ.") == "спам"
    assert found.find("notcasino.example is fine, and cheap") == ""
    assert found.find("https://notcasino.example") == ""


def learnt(good: list[str], bad: list[str]) -> dict[str, tuple[int, int]]:
    counts: dict[str, list[int]] = {}
    for texts, place in ((good, 0), (bad, 1)):
        for text in texts:
            for token in bayes.tokens(text):
                counts.setdefault(token, [0, 0])[place] += 1
    return {token: (pair[0], pair[1]) for token, pair in counts.items()}


def chance(text: str, counts: dict[str, tuple[int, int]], texts: tuple[int, int]) -> float:
    return bayes.probability({t: counts.get(t, (0, 0)) for t in bayes.tokens(text)}, texts)


def test_the_filter_knows_what_was_decided_here_and_nothing_else():
    good = [f"my bicycle number {n} needs new brake pads, can you help" for n in range(30)]
    bad = [f"cheap pills number {n} online casino bonus, click here" for n in range(30)]
    counts = learnt(good, bad)
    assert chance("online casino with cheap pills", counts, (30, 30)) > 0.98
    assert chance("new brake pads for my bicycle", counts, (30, 30)) < 0.02
    assert chance("lorem ipsum dolor sit amet", counts, (30, 30)) == pytest.approx(0.5, abs=0.2)
    assert chance("", {}, (0, 0)) == 0.5


def test_a_very_long_text_costs_no_more_than_its_first_words():
    assert len(bayes.tokens("word" + " and more" * 200_000)) <= 2 * bayes.MOST_TOKENS


def solved(challenge: work.Challenge) -> dict[str, object]:
    number = next(n for n in count() if work._hash(challenge["salt"], n) == challenge["challenge"])
    return {"algorithm": "SHA-256", "number": number, **{k: challenge[k] for k in ("salt",)}} | {
        "challenge": challenge["challenge"],
        "signature": challenge["signature"],
    }


def packed(answer: object) -> str:
    return base64.b64encode(json.dumps(answer).encode()).decode()


def test_the_work_that_we_asked_for_is_recognised():
    answer = solved(work.challenge("key", salt="s", number=123))
    assert work.done(packed(answer), "key", salt="s")
    assert not work.done(packed(answer), "another key", salt="s")
    assert not work.done(packed(answer), "key", salt="of another comment")
    assert not work.done(packed(answer | {"number": 124}), "key", salt="s")


@pytest.mark.parametrize(
    "nonsense",
    [
        "",
        "%%%",
        packed([]),
        packed({}),
        packed({"number": "1"}),
        packed(None),
        "A" * 5000,
        "W1" * 9,
    ],
)
def test_nonsense_is_no_work(nonsense: str):
    assert not work.done(nonsense, "key", salt="s")
