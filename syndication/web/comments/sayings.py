"""What is wrong with a form, in words for a person."""

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
