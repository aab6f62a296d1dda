"""Import: the conversations of another system, or of an archive, come to the articles they are of.

1. The file is read once for its skeleton: which pages and entries there are, who answers whom.
2. Each page is matched with an article by its addresses and short name. What finds none is an
   orphan: it is listed, not stored, and finds its place when the file is imported again, after the
   article has said ``Aliases: /its/old/path/``.
3. The file is read again for the words, and what is not known is stored, page by page in batches,
   each a transaction. Another import of the same file adds nothing, so one that was interrupted is
   simply begun again.
4. What an archive of ours has beside words (`facts`) is read once more and stored where it is new.

What was decided there is decided here, by the rule ``import``, or, of an archive of ours, by
whom and when it was (`histories`). What was erased here stays erased.
Cost: eight statements a batch; in memory the ids of the file.
"""

from syndication.steps.importing.plan import NoArticles
from syndication.steps.importing.report import Imported, Orphan
from syndication.steps.importing.take import RULE, import_archive
from syndication.steps.importing.telling_apart import reading_of

__all__ = ["RULE", "Imported", "NoArticles", "Orphan", "import_archive", "reading_of"]
