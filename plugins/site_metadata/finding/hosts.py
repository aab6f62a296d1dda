"""Rules for web servers and hosts: where former addresses lead, and what is gone. Pure.

Each host has its own file, its own escaping, and its own idea of what wins when there is also a
file at that address:

- nginx: two maps of `$uri`, which is decoded; docs/finding.md shows the five lines that use them.
- apache: an .htaccess; RedirectMatch, because Redirect would take everything below a path too.
- netlify: `_redirects`; the exclamation mark makes a rule win over the page that is there.
- cloudflare: `_redirects` too, where rules always win, and 410 is not known.

Each function takes what moved, what is gone and `base`, the path of SITEURL without a trailing
slash, and returns file names below the output folder with their text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from urllib.parse import quote

SAFE = "/:?#[]@!'()*+,;=~%"  # of an encoded address; not $ and &: references in rules
GONE_PAGE = "410.html"

Moved = Mapping[str, str]  # former path, percent-decoded → absolute URL of today
Gone = Iterable[str]  # paths, percent-decoded


def nginx(moved: Moved, gone: Gone, _base: str) -> dict[str, str]:
    """Lines for `map $uri $moved { default ""; include …; }`, and the same for `$gone`."""
    return {
        "nginx-moved.map": "".join(f"{_quoted(a)} {_quoted(_target(b))};\n" for a, b in _in(moved)),
        "nginx-gone.map": "".join(f"{_quoted(path)} 1;\n" for path in sorted(gone)),
    }


def apache(moved: Moved, gone: Gone, base: str) -> dict[str, str]:
    """An .htaccess; the modules core and alias are enough."""
    return {
        ".htaccess": f"ErrorDocument 404 {base}/404.html\n"
        f"ErrorDocument 410 {base}/{GONE_PAGE}\n"
        + "".join(
            f"RedirectMatch 301 {_quoted(_exactly(a))} {_quoted(_target(b))}\n"
            for a, b in _in(moved)
        )
        + "".join(f"RedirectMatch 410 {_quoted(_exactly(path))}\n" for path in sorted(gone))
    }


def netlify(moved: Moved, gone: Gone, base: str) -> dict[str, str]:
    """Netlify's _redirects."""
    rules = [f"{_encoded(a)} {_target(b)} 301!\n" for a, b in _in(moved)]
    rules += [f"{_encoded(path)} {base}/{GONE_PAGE} 410!\n" for path in sorted(gone)]
    return {"_redirects": "".join(rules)}


def cloudflare(moved: Moved, _gone: Gone, _base: str) -> dict[str, str]:
    """Cloudflare Pages' _redirects."""
    return {"_redirects": "".join(f"{_encoded(a)} {_target(b)} 301\n" for a, b in _in(moved))}


HOSTS: Mapping[str, Callable[[Moved, Gone, str], dict[str, str]]] = {
    "nginx": nginx,
    "apache": apache,
    "netlify": netlify,
    "cloudflare": cloudflare,
}
CAN_SAY_GONE = {"nginx", "apache", "netlify"}


def _in(moved: Moved) -> list[tuple[str, str]]:
    return sorted(moved.items())


def _target(url: str) -> str:
    return quote(url, safe=SAFE)


def _encoded(path: str) -> str:
    """A path as a browser asks for it; an asterisk or colon would be a pattern here."""
    return quote(path, safe="/-._~!$&'()+,;=@")


def _exactly(path: str) -> str:
    return f"^{re.escape(path)}$"


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
