"""Why a filter sorted a comment out, in words for a person: its writer, and staff on the desk."""

from __future__ import annotations

from collections.abc import Callable


def why(rule: str, _: Callable[[str], str]) -> str:
    """Why the rule sorted a comment out; "" for a rule that is not known here."""
    said = {
        "honeypot": _("a field was filled in that people do not see"),
        "time_trap": _("it was sent faster than anybody reads"),
        "word_list": _("it contains a word or a website from our list of advertising"),
        "forum_markup": _("it contains link markup that advertising programs use"),
        "duplicates": _("the same words came several times"),
        "links": _("it consists mostly of links"),
        "filter": _("it resembles advertising that came before"),
        "akismet": _("the service Akismet takes it for advertising"),
        "no_work_under_attack": _("a flood of advertising is arriving just now"),
    }
    return said.get(rule.partition(" ")[0], "")
