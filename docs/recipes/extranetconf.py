"""A second site from the same house: for partners or staff, behind the proxy's sign-in.

    pelican -s extranetconf.py

Copy this file beside pelicanconf.py. It has content of its own, tells nobody about it (no outbox,
no hub, no sitemap, noindex) and takes no discussion in.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path.cwd()))

from pelicanconf import *  # noqa: F403
from pelicanconf import PLUGINS as PUBLIC_PLUGINS
from pelicanconf import SITENAME as BRAND

SITENAME = f"{BRAND} · Extranet"
SITEURL = "https://extranet.vencejo.example"
PATH = "extranet"
OUTPUT_PATH = "output-extranet"
SITE_NOINDEX = True
WEBSUB_HUBS: list[str] = []
INDEXNOW_KEY = ""
PLUGINS = [
    name for name in PUBLIC_PLUGINS if name not in {"syndication_outbox", "discussion_pages"}
]
