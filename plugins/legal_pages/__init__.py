"""Data protection and imprint, written from the site's real settings.

A page says `Legal: privacy` or `Legal: imprint` in its front matter. Its own words stay as they
are and stand first; the statement follows, in the page's language. A fact that is missing is an
error in a build for the public address, and a warning in a preview.

The statement says what this software does: what is kept of people whose public words are
collected without their ever visiting the site, what happens when somebody only reads, how long,
and what a person can ask for. Facts that the daemon knows (the accounts, how long words are kept
that nobody approved, where people write) come from `discussion/site.json` by way of
`discussion_pages`, so that none of them is written twice. It is a careful text, not legal advice.

Settings:

`ORGANIZATION`
    Who publishes (shared with `site_metadata`): `legal_name`, `address`, `email`; optional
    `telephone`, `tax_id`, `vat_id`.
`LEGAL`
    `data_contact`
        Where people ask about their data: an e-mail or web address.
    `notices_contact`
        Where unlawful content is reported: the same kinds.
    `responsible`
        Who answers for what the site says.
    `storage`
        Where the data lies, in words: "a server of … in Frankfurt, Germany".
    `authority`
        The data protection authority: `{"name": …, "url": …}`.
    `access_log_days`
        How many days the web server keeps addresses in its log; 0: it keeps none.
    `updated`
        The day of the last change, as 2026-11-22.
    `officer`, `register`, `languages`, `processors`
        Optional: the data protection officer (an e-mail or web address), the register's entry,
        the languages in which one may write, and who else handles data for the brand.

    Any text may be a table of languages: `{"en": "…", "es": "…"}`.

Cost: one template for each such page.
"""

from __future__ import annotations

from importlib.resources import files
from typing import Any

from pelican import signals

from .statements import Statements


def begin(pelican: Any) -> None:
    """Statements of its own for each Pelican; they connect themselves while that one lives."""
    templates = str(files(__package__).joinpath("templates"))
    overrides = pelican.settings["THEME_TEMPLATES_OVERRIDES"]
    if templates not in overrides:
        pelican.settings["THEME_TEMPLATES_OVERRIDES"] = [*overrides, templates]
    pelican.legal_pages = Statements(pelican.settings)


may_be_left_out = True  # a build, when nothing has changed (docs/fast_build.md)


def register() -> None:
    """Called by Pelican once."""
    signals.initialized.connect(begin)
