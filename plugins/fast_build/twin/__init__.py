"""Pages rendered by further processes while the site's own writes.

Rendering is most of what a build still costs once its sources are read. When the build has rendered
a few pages, and more are to be rendered, it forks a twin for each further processor. A twin holds
the same site and walks the same pages in the same order, renders some of those that the build has
not reached, and sends their texts; the build, which goes through all pages as ever, takes a text
where there is one and renders the page itself where there is none.

* `company`: the build's side, from the fork to the end.
* `child`: the twin's side: which pages it takes, and how it stays without effect.
* `effects`: what a page did besides becoming a text; such a page is the build's.
* `channel`: the memory and the pipe between the two.
* `fitness`: which sites, generators and receivers of signals allow it.

Invariants: the build writes every file, sends every signal and says every message, in the order
of a build alone; it waits for a page only when its twin is at it. A twin that dies, hangs, or meets
what it must not do costs time and nothing else.

Whoever adds generators, receivers or functions for templates declares with `renders_apart = True`

* in the class of a generator: its `generate_output` does nothing but write pages with the Writer
  that it is given (or calls that do nothing else);
* as an attribute of a receiver: it turns the context to a page and back, and has no other effect;
* in a module: the files that it writes while a page is rendered are written in one step, and are
  the same whoever writes them.

Cost: a fork, and the memory of what a twin touches. Texts lie in a ring of `channel.ROOM` bytes.
"""

from .company import accompanied

__all__ = ["accompanied"]
