"""What is wrong with a form, and why a filter sorted a comment out, in words for a person."""

from __future__ import annotations

from collections.abc import Callable, Iterable


def complaints(reasons: Iterable[str], _: Callable[[str], str]) -> list[str]:
    """Each of these reasons as a sentence that says what to do."""
    said = {
        "no-name": _("Write a name; any name you like to be called by."),
        "no-words": _("Write something."),
        "too-long": _("That is too long. Shorten it a little."),
        "bad-mail": _("That is no mail address. Mend it, or leave it out."),
        "bad-website": _("That is no web address. Mend it, or leave it out."),
        "wrong-page": _("This form does not belong to a page of this site."),
        "no-page": _("There is nothing here that could be commented."),
        "closed": _("This conversation is closed. What was said stays readable."),
        "too-many": _("Many comments came from your network just now. Try again in ten minutes."),
        "no-consent": _("Tick the box below the notice, so that we may show your words."),
        "too-late": _("It cannot be changed any more: somebody answered, or time is up."),
        "nothing": _("There is nothing left to do here."),
        "no-reason": _("Write what is wrong with it."),
        "no-server": _("Write the name of your server, such as mastodon.social."),
    }
    return [said.get(reason, said["nothing"]) for reason in reasons]


def why(rule: str, _: Callable[[str], str]) -> str:
    """Why the filter sorted a comment out."""
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
