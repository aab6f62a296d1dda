"""Forms of our own pages, filled in as a browser does: for whoever plays a person."""

from __future__ import annotations

from collections.abc import Mapping

from bs4 import Tag


def fields_of(form: Tag, given: Mapping[str, str] | None = None) -> dict[str, str]:
    """What a form sends: its own values, those that a person has `given` in their place.

    A button is sent only where it is given; a box that is not ticked is not.
    """
    found: dict[str, str] = {}
    for field in form.select("input[name], textarea[name]"):
        if field.get("type") != "checkbox":
            words = field.get_text().removeprefix("\n") if field.name == "textarea" else ""
            found[str(field["name"])] = str(field.get("value", words))
    return found | dict(given or {})
