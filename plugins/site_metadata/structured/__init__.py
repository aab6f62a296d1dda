"""Structured data: what a page says in the words of schema.org, as JSON-LD.

One graph a page, whose nodes refer to each other by `@id`: the Organization (in full on the front
page) and the WebSite, the page's place in it (BreadcrumbList), and what the page is: a
BlogPosting, a SocialMediaPosting (a note), a WebPage, an FAQPage or a CollectionPage. Approved
words stand in it as nested Comments, as search engines document it, and the numbers of reactions
as InteractionCounters. Everything in the graph can also be read on the page.

Rooms: `graph` (which nodes a page has), `publisher`, `posting`, `comments`, `questions`, `script`.

Cost: 50 µs a page and 30 µs a message, once.
"""

from .graph import graph_of

__all__ = ["graph_of"]
