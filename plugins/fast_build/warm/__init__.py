"""The warm child: a Pelican that stays, and writes again only the pages that a change touches.

    python -m pelican.plugins.fast_build.warm [Pelican's own options]

1. `loading`: reads the whole site as a build does, but writes nothing; `pages` notes instead every
   page that a build would write, and `reach` which discussions each of them shows, which a
   `scout` verifies meanwhile.
2. `publishing`: told that discussions changed, renders exactly the pages that show them, with the
   arguments of the build; `twins` keeps what is compressed beside them in line. While nobody asks,
   lists are rendered `ahead`.
3. `alone`: `--once PATH`, one page without its site, where a record and two witnesses say that it
   can be.
4. `speaking`: JSON lines, until the input ends, the site's sources change, or nobody asked for
   long. One line answers each line.

        {"ready": true, "pages": 312}
    →   ["/es/hola/", "/hola/"]
        {"written": ["es/hola/index.html", …], "removed": []}
    →   []                                  what can wait: sitemap, outbox, feeds of articles
        {"written": ["sitemap.xml", …], "removed": []}
        {"error": "…"}                      build the site as ever; the child has ended

Invariants: after an answer, the pages on disk are byte for byte those of a build at that moment;
each file is the old one or the new one, whole. A site that was changed since it was last built is
not written: `sources` compares what was built with what was read. The plugin `output_lock`, where
it is on, is held while anything is written.

A discussion is whatever a plugin shows of documents that change without the content. Such a
plugin says with blinker's `signal(READ).send(path)` which page's document it looked at, and
listens to `CHANGED`, `PUBLISHED` and `SETTLED` (see `change`) for what it writes itself.
"""
