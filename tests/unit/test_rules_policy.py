"""Ordered rules: the first answer wins, and the trace names every rule that was asked."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from syndication.model import Author, Message, Ref, Verdict, Words
from syndication.rules.policy import DEFAULT, Facts, judge


def facts(
    visibility: str = "public",
    *,
    ours: bool = False,
    approved_before: bool = False,
    rejected_before: Verdict | None = None,
) -> Facts:
    ref = Ref(space="activitypub", id="https://plaza.example/1")
    return Facts(
        message=Message(
            ref=ref,
            kind="reply",
            author=Author(ref=ref, name="Ada", handle="ada@plaza.example"),
            words=Words(html="<p>Hola</p>", text="Hola"),
            written=datetime(2026, 11, 20, tzinfo=UTC),
            visibility=visibility,
        ),
        ours=ours,
        approved_before=approved_before,
        rejected_before=rejected_before,
    )


@pytest.mark.parametrize(
    ("given", "verdict", "rule"),
    [
        (facts(), "hold", "hold_everything"),
        (facts(ours=True), "approve", "our_own_words"),
        (facts("unlisted", ours=True), "approve", "our_own_words"),
        (facts("direct"), "hold", "private_words"),
        (facts("direct", ours=True), "hold", "private_words"),
        (facts("private", approved_before=True), "hold", "private_words"),
        (facts(approved_before=True), "hold", "edited"),
        (facts(rejected_before=Verdict.SPAM), "hold", "edited"),
        (facts(ours=True, approved_before=True), "approve", "our_own_words"),
    ],
)
def test_the_default_policy_holds_everything_but_our_own_public_words(
    given: Facts, verdict: str, rule: str
) -> None:
    decision = judge(given)
    assert (decision.verdict, decision.by, decision.rule) == (verdict, "rules", rule)


def test_nothing_of_others_is_ever_approved_by_the_default_policy() -> None:
    for visibility in ("public", "unlisted", "private", "direct", ""):
        for before in (True, False):
            for refused in (None, Verdict.REJECT, Verdict.SPAM):
                given = facts(visibility, approved_before=before, rejected_before=refused)
                assert judge(given).verdict == Verdict.HOLD


def test_the_trace_names_every_rule_that_was_asked_and_none_after_the_answer() -> None:
    assert judge(facts()).trace == (
        "private_words: no answer",
        "our_own_words: no answer",
        "edited: no answer",
        "hold_everything: hold",
    )
    assert judge(facts("direct", ours=True)).trace == ("private_words: hold",)
    assert judge(facts(ours=True)).trace[-1] == "our_own_words: approve"


def test_the_first_answer_wins_in_the_order_of_the_rules() -> None:
    def first(_: Facts) -> Verdict | None:
        return Verdict.REJECT

    def second(_: Facts) -> Verdict | None:
        return Verdict.SPAM

    assert judge(facts(), [first, second]).verdict == Verdict.REJECT
    assert judge(facts(), [second, first]).verdict == Verdict.SPAM


def test_without_an_answer_a_person_decides() -> None:
    def shy(_: Facts) -> Verdict | None:
        return None

    decision = judge(facts(), [shy])
    assert (decision.verdict, decision.rule, decision.trace) == (
        Verdict.HOLD,
        "none",
        ("shy: no answer",),
    )
    assert judge(facts(), []).verdict == Verdict.HOLD


def test_the_last_rule_of_the_default_policy_always_answers() -> None:
    assert DEFAULT[-1](facts()) == Verdict.HOLD
