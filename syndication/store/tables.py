"""The tables. Migrations live beside this file; a test holds that the two agree.

Moments are kept in UTC. Texts of others are in `revisions` and `authors` alone, and the names of
those whom we answer in the drafts of our answers, so that forgetting a person is a matter of three
tables. No column has a length: SQLite would ignore it, and PostgreSQL would refuse a whole page
for one odd message. No id is given twice (on SQLite that is `sqlite_autoincrement`): forms, answers
and the audit log may still speak of what had it before.
"""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    UniqueConstraint,
)

from syndication.store.columns import Identifier, Moment, Plain

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

posts = Table(
    "posts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("path", Plain, nullable=False, unique=True),  # present URL path
    Column("url", Plain, nullable=False),
    Column("kind", Plain, nullable=False),
    Column("title", Plain, nullable=False),
    Column("language", Plain, nullable=False),
    Column("published", Moment, nullable=False),
    Column("digest", Plain, nullable=False),  # of what copies are composed from
    Column("comments", Plain, nullable=False),  # open | closed | ISO date
    Column("audience", Plain, nullable=False, server_default=""),  # networks it names, as JSON
    Column("first_seen", Moment, nullable=False),
    Column("missing_since", Moment),  # first complete outbox without it
    Column("export_due", Moment, index=True),  # its document may have changed since
    sqlite_autoincrement=True,
)

post_paths = Table(  # every path a post has ever had, the present one included
    "post_paths",
    metadata,
    Column("path", Plain, primary_key=True),
    Column("post_id", ForeignKey("posts.id", ondelete="CASCADE"), nullable=False, index=True),
)

accounts = Table(  # what the networks said of our accounts; the settings say which there are
    "accounts",
    metadata,
    Column("name", Plain, primary_key=True),
    Column("network", Plain, nullable=False),
    Column("space", Plain, nullable=False, server_default=""),
    Column("ref_id", Identifier, nullable=False, server_default=""),
    Column("url", Plain, nullable=False, server_default=""),
    Column("handle", Plain, nullable=False, server_default=""),
    Column("display_name", Plain, nullable=False, server_default=""),
    Column("limits", JSON(none_as_null=True)),
    Column("verified_at", Moment),
    Column("paused_reason", Plain),  # set: nothing is asked or sent until connected again
    Column("cursor", Plain),
    Column("polled_at", Moment),
    Column("poll_at", Moment),  # not before: a rate limit or a server that was down
    Column("poll_failures", Integer, nullable=False, server_default="0"),
)

copies = Table(
    "copies",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("source", Plain, nullable=False),  # post:ID | answer:UUID
    Column("account", Plain, nullable=False),
    Column("part", Plain, nullable=False),
    Column("post_id", ForeignKey("posts.id", ondelete="SET NULL"), index=True),
    Column("answers_id", Integer, index=True),  # message; it may be forgotten later
    Column("state", Plain, nullable=False),
    Column("brake", Plain, nullable=False, server_default=""),  # why it waits or was skipped
    Column("key", Plain, nullable=False),
    Column("draft", JSON, nullable=False),
    Column("digest", Plain, nullable=False),  # of the draft that should be out there
    Column("sent_digest", Plain),  # of the draft that is
    Column("written_by", Plain, nullable=False, server_default=""),  # staff, of an answer
    Column("written_at", Moment, nullable=False),
    Column("due_at", Moment, index=True),  # not before this
    Column("claim", Plain),  # whose turn it is: settles nothing without it
    Column("claimed_at", Moment),
    Column("left", JSON(none_as_null=True)),  # as it left, until it arrived for sure
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("error", Plain, nullable=False, server_default=""),
    Column("sent_at", Moment),
    Column("space", Plain),
    Column("ref_id", Identifier),
    Column("url", Plain),
    Column("local", Plain),
    Column("check_at", Moment),  # when its thread is read again
    Column("checked_at", Moment),
    Column("news_at", Moment),  # newest message under it
    Column("reported", Integer, nullable=False, server_default="0"),  # by its network, then
    UniqueConstraint("source", "account", "part"),
    Index("ix_copies_ref", "space", "ref_id"),
    Index("ix_copies_state_due_at", "state", "due_at"),
    Index("ix_copies_account_check_at", "account", "check_at"),
    sqlite_autoincrement=True,
)

reactions = Table(
    "reactions",
    metadata,
    Column("copy_id", ForeignKey("copies.id", ondelete="CASCADE"), primary_key=True),
    Column("kind", Plain, primary_key=True),
    Column("count", Integer, nullable=False),
)

authors = Table(
    "authors",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("space", Plain, nullable=False),
    Column("ref_id", Identifier, nullable=False),
    Column("url", Plain),
    Column("local", Plain),
    Column("network", Plain, nullable=False),
    Column("name", Plain, nullable=False),
    Column("handle", Plain, nullable=False),
    Column("picture", Plain),  # URL on their server
    Column("emojis", JSON, nullable=False),
    # how they showed themselves when something of theirs was approved last: what pages show
    Column("shown_name", Plain),
    Column("shown_picture", Plain),
    Column("shown_emojis", JSON(none_as_null=True)),
    Column("seen_at", Moment, nullable=False),
    UniqueConstraint("space", "ref_id"),
    sqlite_autoincrement=True,
)

identities = Table(  # what is known of two authors who may be one person; undone, never removed
    "identities",
    metadata,
    Column("first_id", ForeignKey("authors.id", ondelete="CASCADE"), primary_key=True),  # smaller
    Column("second_id", ForeignKey("authors.id", ondelete="CASCADE"), primary_key=True, index=True),
    Column("state", Plain, nullable=False),  # same | apart | unproven
    Column("evidence", Plain, nullable=False, server_default=""),  # hand | rel-me
    Column("by", Plain, nullable=False, server_default=""),  # staff, of what was said by hand
    Column("at", Moment, nullable=False),  # since when it stands so
    Column("check_at", Moment, index=True),  # when their profiles are read; empty: never
    Column("checks", Integer, nullable=False, server_default="0"),  # readings without a proof
)

announcements = Table(  # what hubs and search engines know of each page and feed
    "announcements",
    metadata,
    Column("listener", Plain, primary_key=True),  # where it is told
    Column("url", Plain, primary_key=True),
    Column("told", Plain, nullable=False),  # the digest that it knows; "": none yet
    Column("news", Plain),  # the one to tell: a digest, gone or moved
    Column("due_at", Moment),  # not before; with news and without this: refused
    Column("tries", Integer, nullable=False, server_default="0"),
    Column("problem", Plain, nullable=False, server_default=""),
    Column("shown", Plain, nullable=False, server_default=""),  # SHA-256 of what stood there
    Index("ix_announcements_listener_due_at", "listener", "due_at"),
)

messages = Table(
    "messages",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("space", Plain, nullable=False),
    Column("ref_id", Identifier, nullable=False),
    Column("url", Plain),
    Column("network", Plain, nullable=False),
    Column("kind", Plain, nullable=False),
    Column("visibility", Plain, nullable=False),
    Column("author_id", ForeignKey("authors.id"), nullable=False, index=True),
    Column("post_id", ForeignKey("posts.id", ondelete="SET NULL")),
    Column("copy_id", ForeignKey("copies.id", ondelete="SET NULL")),  # the copy it stands under
    Column("reply_to", Identifier),  # Ref.id of what it answers, in the same space
    Column("written", Moment, nullable=False),
    Column("first_seen", Moment, nullable=False),
    Column("upstream", Plain, nullable=False),
    Column("missing_since", Moment),
    # the newest revision, and what was decided about it
    Column("revision", Integer, nullable=False),
    Column("verdict", Plain, nullable=False),
    Column("shown", Integer),  # the revision that was approved, if any: what the page shows
    Column("checked_at", Moment, nullable=False),  # last seen or asked for
    UniqueConstraint("space", "ref_id"),
    Index("ix_messages_verdict_id", "verdict", "id"),
    Index("ix_messages_post_id_id", "post_id", "id"),
    Index("ix_messages_copy_id_checked_at", "copy_id", "checked_at"),
    Index("ix_messages_space_reply_to", "space", "reply_to"),
    sqlite_autoincrement=True,
)

sightings = Table(  # which account or watch saw it, and how
    "sightings",
    metadata,
    Column("message_id", ForeignKey("messages.id", ondelete="CASCADE"), primary_key=True),
    Column("account", Plain, primary_key=True),
    Column("via", Plain, primary_key=True),  # poll | thread | stream | search:WATCH
    Column("local", Plain),  # what that account's server calls it
    Column("seen_at", Moment, nullable=False),
)

revisions = Table(
    "revisions",
    metadata,
    Column("message_id", ForeignKey("messages.id", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True),  # 1, 2, … within its message
    Column("digest", Plain, nullable=False),
    Column("html", Plain, nullable=False),
    Column("text", Plain, nullable=False),
    Column("language", Plain, nullable=False),
    Column("warning", Plain, nullable=False),
    Column("pictures", JSON, nullable=False),
    Column("emojis", JSON, nullable=False),
    Column("edited", Moment),
    Column("seen_at", Moment, nullable=False),
)

decisions = Table(
    "decisions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("message_id", ForeignKey("messages.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("revision", Integer, nullable=False),
    Column("verdict", Plain, nullable=False),
    Column("by", Plain, nullable=False),
    Column("rule", Plain, nullable=False),
    Column("trace", JSON, nullable=False),
    Column("reason", Plain, nullable=False, server_default=""),  # for whoever wrote it
    Column("at", Moment, nullable=False),
    Column("before", JSON, nullable=False),  # verdict and shown revision that undo restores
    sqlite_autoincrement=True,
)

tombstones = Table(  # keeps what was erased from returning; holds no words and no names
    "tombstones",
    metadata,
    Column("digest", Plain, primary_key=True),  # SHA-256 of [space, id]
    Column("at", Moment, nullable=False),
)

hidings = Table(  # what an account of ours hides upstream, or shows again: wanted and done
    "hidings",
    metadata,
    Column("message_id", ForeignKey("messages.id", ondelete="CASCADE"), primary_key=True),
    Column("account", Plain, primary_key=True),
    Column("hide", Boolean, nullable=False),  # wanted: hidden, or shown again
    Column("done", Boolean),  # what was done last; empty: nothing yet
    Column("due_at", Moment),  # when it is tried; empty: it is as wanted, or was refused for good
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("error", Plain, nullable=False, server_default=""),
    Index("ix_hidings_account_due_at", "account", "due_at"),
)

names = Table(  # other addresses of the same words, as their author says: canonical, copies
    "names",
    metadata,
    Column("message_id", ForeignKey("messages.id", ondelete="CASCADE"), primary_key=True),
    Column("name", Identifier, primary_key=True, index=True),
)

arrivals = Table(  # what others brought to our public endpoints: to be looked up, or counted
    "arrivals",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("account", Plain, nullable=False),  # ours, whose Reader looks it up
    Column("ref_id", Identifier, nullable=False),
    Column("source", Plain, nullable=False),  # who says it: URL
    Column("target", Plain, nullable=False),  # the page of ours, as it was named last
    Column("host", Plain, nullable=False),  # of the source
    Column("vouch", Plain, nullable=False, server_default=""),  # a page that speaks for who says it
    Column("due_at", Moment),  # when it is looked up
    Column("tries", Integer, nullable=False, server_default="0"),  # in a row, without an answer
    # a reaction, once it was found to be one; words are messages, and have no row here any more
    Column("kind", Plain, nullable=False, server_default=""),  # like | repost | bookmark
    Column("who", Identifier, nullable=False, server_default=""),
    Column("post_id", ForeignKey("posts.id", ondelete="CASCADE"), index=True),
    Column("missing_since", Moment),
    UniqueConstraint("account", "ref_id"),
    Index("ix_arrivals_account_due_at", "account", "due_at"),
    Index("ix_arrivals_host_due_at", "host", "due_at"),
    sqlite_autoincrement=True,
)

watches = Table(
    "watches",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", Plain, nullable=False),
    Column("query", Plain, nullable=False),
    Column("language", Plain, nullable=False, server_default=""),
    Column("created_at", Moment, nullable=False),
    UniqueConstraint("kind", "query", "language"),
    sqlite_autoincrement=True,
)

watch_cursors = Table(
    "watch_cursors",
    metadata,
    Column("watch_id", ForeignKey("watches.id", ondelete="CASCADE"), primary_key=True),
    Column("account", Plain, primary_key=True),
    Column("cursor", Plain),
    Column("polled_at", Moment),
)

pictures = Table(  # copies of others' pictures on our own site
    "pictures",
    metadata,
    Column("url", Identifier, primary_key=True),
    Column("file", Plain),  # pictures/HASH.webp; empty: it could not be had
    Column("width", Integer),
    Column("height", Integer),
    Column("fetched_at", Moment, nullable=False),
)

events = Table(  # ids, never words
    "events",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", Moment, nullable=False, index=True),
    Column("kind", Plain, nullable=False),
    Column("subject", Plain, nullable=False),
    Column("by", Plain, nullable=False, server_default=""),
    Column("detail", JSON(none_as_null=True)),
    sqlite_autoincrement=True,
)

staff = Table(
    "staff",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", Plain, nullable=False, unique=True),
    Column("role", Plain, nullable=False),
    Column("language", Plain, nullable=False, server_default="en"),
    Column("password", Plain),  # argon2
    Column("created_at", Moment, nullable=False),
    sqlite_autoincrement=True,
)

sessions = Table(
    "sessions",
    metadata,
    Column("digest", Plain, primary_key=True),  # SHA-256 of the cookie's token
    Column("staff_id", ForeignKey("staff.id", ondelete="CASCADE"), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
)

sign_in_links = Table(
    "sign_in_links",
    metadata,
    Column("digest", Plain, primary_key=True),  # SHA-256 of the link's token
    Column("staff_id", ForeignKey("staff.id", ondelete="CASCADE"), nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("used_at", Moment),
)

marks = Table(  # small facts of the whole site: paused, build due, signing secret …
    "marks",
    metadata,
    Column("name", Plain, primary_key=True),
    Column("value", JSON, nullable=False),
)

comments = Table(  # what is known of a comment that was written in our own form
    "comments",
    metadata,
    Column("message_id", ForeignKey("messages.id", ondelete="CASCADE"), primary_key=True),
    Column("secret", Plain, nullable=False, unique=True),  # SHA-256 of its private link's token
    Column("language", Plain, nullable=False),  # in which its writer is spoken to
    Column("consent", Plain, nullable=False),  # digest of the notice that was agreed to
    Column("at", Moment, nullable=False, index=True),
    Column("mail", Plain),  # where answers are told, if that was wished
    Column("mail_state", Plain, nullable=False, server_default=""),  # "" | asked | confirmed
    Column("learnt", Plain, nullable=False, server_default=""),  # what the filter took it for
    Column("source", Plain),  # as it was typed, for a day: it can be edited for a while
)

letters = Table(  # mail to visitors, due or sent; the words are made when it leaves
    "letters",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("message_id", ForeignKey("messages.id", ondelete="CASCADE"), nullable=False),
    Column("about", Plain, nullable=False),  # confirm | message:ID | copy:ID
    Column("due_at", Moment, index=True),  # empty: sent, or given up
    Column("tries", Integer, nullable=False, server_default="0"),
    Column("sent_at", Moment),
    UniqueConstraint("message_id", "about"),
    sqlite_autoincrement=True,
)

reports = Table(  # what readers said against a message that stands on a page
    "reports",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("message_id", ForeignKey("messages.id", ondelete="SET NULL"), index=True),
    Column("secret", Plain, nullable=False, unique=True),  # SHA-256 of its private link's token
    Column("sender", Plain, index=True),  # keyed hash of an address prefix, for a day
    Column("reason", Plain, nullable=False),
    Column("at", Moment, nullable=False, index=True),
    Column("outcome", Plain, nullable=False, server_default=""),  # "" | stays | removed
    Column("answer", Plain, nullable=False, server_default=""),
    Column("by", Plain, nullable=False, server_default=""),
    Column("answered_at", Moment),
    Column("mail", Plain),  # where the answer goes, once; forgotten when it left
    Column("language", Plain, nullable=False, server_default=""),  # of that letter
    Column("mail_due_at", Moment),  # not before: the mail server was down
    Column("mail_tries", Integer, nullable=False, server_default="0"),
    sqlite_autoincrement=True,
)

tallies = Table(  # what was done lately, for limits: it stays when what was done is erased
    "tallies",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", Plain, nullable=False),  # comment, for a day | asked, for a week
    Column("who", Plain, nullable=False),  # keyed hash of an address prefix, or of a mail address
    Column("at", Moment, nullable=False),
    Index("ix_tallies_kind_who_at", "kind", "who", "at"),
    Index("ix_tallies_kind_at", "kind", "at"),
    sqlite_autoincrement=True,
)

opinions = Table(  # what a service that the settings name says of a comment of our own form
    "opinions",
    metadata,
    Column("message_id", ForeignKey("messages.id", ondelete="CASCADE"), primary_key=True),
    Column("revision", Integer, nullable=False),  # the words that are asked about
    Column("address", Plain),  # network prefix it came from, for a day
    Column("asked_at", Moment, nullable=False, index=True),  # since when it is to be asked
    Column("said", Plain, nullable=False, server_default=""),  # "" | ham | spam, or told by us
)

spam_tokens = Table(  # how often the filter met a token, by its keyed hash
    "spam_tokens",
    metadata,
    Column("token", Plain, primary_key=True),
    Column("good", Integer, nullable=False, server_default="0"),
    Column("bad", Integer, nullable=False, server_default="0"),
)
