"""Being found: sitemap, robots.txt, former addresses, removed pages, the key for IndexNow.

Steps of a build:
1. `all_generators_finalized`, before anything is written: `Aliases` and GONE_FILE are read; a
   former address that is also another page's is an error with file and line.
2. `content_written`: each page that may be listed becomes an entry of the sitemap.
3. `finalized`: the sitemap's shards and its index, robots.txt, a page at each former address, the
   rules for the hosts in HOST_RULES, the key file.

Invariants: what is listed is what `indexable` says, each page once; dates come from content and
the discussion's own documents, never from the clock of the build; a file is replaced whole and
only when it differs.

Rooms: `sitemap` and `hosts` (pure: values → files), `entries` (a page → its entry), `lines` (those
of the last build), `former` (aliases and GONE_FILE), `robots`, `told` (the files for search
engines), `build` (the one that listens).

Settings and what a host does with the files: docs/finding.md.

Cost: 30 µs a page besides its discussion, 10 where its line is kept; the files are a few hundred
bytes a page.
"""

from .build import Finding

__all__ = ["Finding"]
