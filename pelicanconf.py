"""The settings of Vencejo's site. Plain `pelican` builds it for its public address."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

# --- The site ---------------------------------------------------------------------------------
SITENAME = "Vencejo"
SITESUBTITLE = "City bicycles, made and mended in Valencia"
# Only a build for this address may be carried to the networks; `make preview` overrides it.
SITEURL = "https://vencejo.example"
AUTHOR = "Vencejo"
TIMEZONE = "Europe/Madrid"
# Dates are written by Babel in each page's language, never by the machine's locale.
LOCALE = ["C.UTF-8", "C"]
DEFAULT_LANG = "en"

PATH = "content"
ARTICLE_PATHS = ["articles", "notes"]
PAGE_PATHS = ["pages"]
STATIC_PATHS = ["images", "fonts"]
OUTPUT_PATH = "output"
CACHE_PATH = "var/cache"  # pictures in all their sizes: made once
THEME = "themes/tertulia"
CSS_FILE = "tertulia.css"

# --- The brand (docs/theme.md, docs/metadata.md) ----------------------------------------------
BRAND_LOGO = "images/vencejo.svg"  # below SITEURL; the icons are drawn from it as well
ORGANIZATION = {
    "type": "BikeStore",
    "name": "Vencejo",
    "legal_name": "Vencejo Bicicletas, S. Coop. V.",
    "email": "hola@vencejo.example",
    "address": {
        "street": "Calle del Nido 7",
        "postal_code": "46020",
        "city": "València",
        "country": "ES",
    },
    "tax_id": "F00000000",
    "founded": "2014",
    "contact_points": [
        {"type": "customer support", "email": "hola@vencejo.example", "languages": ["es", "en"]},
        {"type": "safety", "email": "seguridad@vencejo.example", "languages": ["es", "en"]},
    ],
}
LEGAL = {  # docs/legal.md
    "data_contact": "datos@vencejo.example",
    "notices_contact": "avisos@vencejo.example",
    "responsible": "Amparo Llorens",
    "register": {
        "en": "Register of cooperatives of the Valencian Community, invented entry CV-0000",
        "es": "Registro de Cooperativas de la Comunitat Valenciana, asiento inventado CV-0000",
    },
    "storage": {
        "en": "a server of our own in the workshop in València, Spain, and its copy in Castelló",
        "es": "un servidor nuestro en el taller de València, y su copia en Castelló",
    },
    "authority": {
        "name": {
            "en": "Spanish Data Protection Agency (AEPD)",
            "es": "Agencia Española de Protección de Datos",
        },
        "url": "https://www.aepd.es/",
    },
    "access_log_days": 7,
    "languages": ["es", "en"],
    "updated": "2026-11-22",
}
BRAND_COLOURS = {
    "paper": "#fbf6ea",  # behind the words
    "ink": "#262433",  # the words
    "accent": "#a93c14",  # links
    "cover": "#23264f",  # masthead, hero and footer
    "on_cover": "#f8eed9",  # words there
    "spark": "#f4b33f",  # a small light on the cover
}
BRAND_COLOURS_DARK = {
    "paper": "#15172a",
    "ink": "#f0e8d8",
    "accent": "#ffa766",
    "cover": "#0e1022",
    "on_cover": "#f8eed9",
    "spark": "#f4b33f",
}

BRAND_FONTS = {
    "headings": '"Young Serif", "Iowan Old Style", "Palatino Linotype", Palatino, Georgia, serif',
    "heading_weight": "400",
    "files": [{"family": "Young Serif", "file": "fonts/young-serif.woff2"}],
}

PLUGIN_PATHS = ["plugins"]
PLUGINS = [
    "language_indexes",
    "short_notes",
    "responsive_pictures",
    "brand_style",
    "site_metadata",
    "syndication_outbox",
    "discussion_pages",
    "web_feeds",
    "site_search",
    "legal_pages",
    "output_lock",
    "fast_build",  # docs/fast_build.md
]

# --- What the other plugins read --------------------------------------------------------------
DISCUSSION_PATH = "discussion"  # what the daemon gave the site; missing means no discussion yet
OUTBOX_PATH = "outbox.json"  # below OUTPUT_PATH: what this build has published

# --- Being found (docs/finding.md) ------------------------------------------------------------
AI_CRAWLERS = "allow"
HOST_RULES = ["nginx"]  # who serves the site: what moved, what is gone

# --- Short notes (plugins/short_notes): `Kind: note` in the front matter ----------------------
NOTE_URL = "notes/{slug}/"
NOTE_SAVE_AS = "notes/{slug}/index.html"
NOTE_LANG_URL = "{lang}/notas/{slug}/"
NOTE_LANG_SAVE_AS = "{lang}/notas/{slug}/index.html"
NOTES_URL = "notes/"
NOTES_SAVE_AS = "notes/index.html"

# --- Content ----------------------------------------------------------------------------------
WITH_FUTURE_DATES = False
DELETE_OUTPUT_DIRECTORY = True
RELATIVE_URLS = False
# `Pair` in the front matter ties translations together, so that each has a slug of its own.
ARTICLE_TRANSLATION_ID = "pair"
PAGE_TRANSLATION_ID = "pair"
PAGE_ORDER_BY = "order"
USE_FOLDER_AS_CATEGORY = False
DEFAULT_CATEGORY = "Workshop"
SUMMARY_MAX_LENGTH = 40
MARKDOWN = {
    "extension_configs": {
        "markdown.extensions.extra": {},
        "markdown.extensions.meta": {},
        "markdown.extensions.smarty": {},
    },
    "output_format": "html5",
}

# --- Addresses --------------------------------------------------------------------------------
ARTICLE_URL = "{slug}/"
ARTICLE_SAVE_AS = "{slug}/index.html"
ARTICLE_LANG_URL = "{lang}/{slug}/"
ARTICLE_LANG_SAVE_AS = "{lang}/{slug}/index.html"
DRAFT_URL = "drafts/{slug}/"
DRAFT_SAVE_AS = "drafts/{slug}/index.html"
DRAFT_LANG_URL = "{lang}/drafts/{slug}/"
DRAFT_LANG_SAVE_AS = "{lang}/drafts/{slug}/index.html"
PAGE_URL = ARTICLE_URL
PAGE_SAVE_AS = ARTICLE_SAVE_AS
PAGE_LANG_URL = ARTICLE_LANG_URL
PAGE_LANG_SAVE_AS = ARTICLE_LANG_SAVE_AS
DRAFT_PAGE_URL = DRAFT_URL
DRAFT_PAGE_SAVE_AS = DRAFT_SAVE_AS
DRAFT_PAGE_LANG_URL = DRAFT_LANG_URL
DRAFT_PAGE_LANG_SAVE_AS = DRAFT_LANG_SAVE_AS

DIRECT_TEMPLATES = ["index", "archives", "categories", "tags", "404", "410"]
INDEX_URL = ""
INDEX_SAVE_AS = "index.html"
ARCHIVES_URL = "archive/"
ARCHIVES_SAVE_AS = "archive/index.html"
YEAR_ARCHIVE_URL = "archive/{date:%Y}/"
YEAR_ARCHIVE_SAVE_AS = "archive/{date:%Y}/index.html"
CATEGORIES_URL = "topics/"
CATEGORIES_SAVE_AS = "topics/index.html"
CATEGORY_URL = "topics/{slug}/"
CATEGORY_SAVE_AS = "topics/{slug}/index.html"
TAGS_URL = "tags/"
TAGS_SAVE_AS = "tags/index.html"
TAG_URL = "tags/{slug}/"
TAG_SAVE_AS = "tags/{slug}/index.html"
AUTHOR_SAVE_AS = ""

DEFAULT_PAGINATION = 7  # one large and two rows of three
PAGINATED_TEMPLATES = {"index": None, "tag": 12, "category": 12, "notes": 24}
PAGINATION_PATTERNS = [
    (1, "{url}", "{save_as}"),
    (2, "{base_name}/page/{number}/", "{base_name}/page/{number}/index.html"),
]

# --- Feeds (plugins/web_feeds, docs/feeds.md) -------------------------------------------------
CATEGORY_FEED_ATOM = "feeds/topics/{slug}.atom.xml"
CATEGORY_FEED_RSS = "feeds/topics/{slug}.rss.xml"
CATEGORY_FEED_JSON = "feeds/topics/{slug}.json"
FEED_ALL_ATOM = None
TRANSLATION_FEED_ATOM = None
AUTHOR_FEED_ATOM = None
AUTHOR_FEED_RSS = None
FEED_MAX_ITEMS = 20

# --- Languages (plugins/language_indexes) -----------------------------------------------------
LANGUAGE_SETTINGS = {
    "es": {
        "SITESUBTITLE": "Bicicletas de ciudad, hechas y reparadas en València",
        "NOTES_URL": "es/notas/",
        "NOTES_SAVE_AS": "es/notas/index.html",
        "ARCHIVES_URL": "es/archivo/",
        "ARCHIVES_SAVE_AS": "es/archivo/index.html",
        "YEAR_ARCHIVE_URL": "es/archivo/{date:%Y}/",
        "YEAR_ARCHIVE_SAVE_AS": "es/archivo/{date:%Y}/index.html",
        "SEARCH_URL": "es/buscar/",
        "SEARCH_SAVE_AS": "es/buscar/index.html",
        "CATEGORIES_URL": "es/temas/",
        "CATEGORIES_SAVE_AS": "es/temas/index.html",
        "CATEGORY_URL": "es/temas/{slug}/",
        "CATEGORY_SAVE_AS": "es/temas/{slug}/index.html",
        "TAGS_URL": "es/etiquetas/",
        "TAGS_SAVE_AS": "es/etiquetas/index.html",
        "TAG_URL": "es/etiquetas/{slug}/",
        "TAG_SAVE_AS": "es/etiquetas/{slug}/index.html",
    }
}
LANGUAGE_LOCALES = {"en": "en_GB"}  # 20 November 2026
# Where the language switch leads from a category or tag.
TAXONOMY_TRANSLATIONS = [
    {"en": "Bicycles", "es": "Bicicletas"},
    {"en": "Workshop", "es": "Taller"},
    {"en": "City", "es": "Ciudad"},
    {"en": "People", "es": "Gente"},
    {"en": "family", "es": "familia"},
    {"en": "cargo", "es": "carga"},
    {"en": "repair", "es": "reparación"},
    {"en": "winter", "es": "invierno"},
    {"en": "brakes", "es": "frenos"},
    {"en": "materials", "es": "materiales"},
    {"en": "Valencia", "es": "València"},
    {"en": "rides", "es": "rutas"},
    {"en": "prices", "es": "precios"},
    {"en": "learning", "es": "aprender"},
    {"en": "shipping", "es": "envíos"},
    {"en": "conversation", "es": "conversación"},
]
