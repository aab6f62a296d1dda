"""The tables. Migrations live beside this file; a test holds that the two agree.

Moments are kept in UTC. Texts of others are in `revisions` and `authors` alone, so that
forgetting a person is a matter of two tables.
"""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import (
    JSON,
    Column,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
)


class Moment(TypeDecorator[datetime]):
    """An aware datetime, kept as naive UTC because SQLite knows no time zones."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value.astimezone(UTC).replace(tzinfo=None) if value else None

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value.replace(tzinfo=UTC) if value else None


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
    Column("path", Text, nullable=False, unique=True),  # present URL path
    Column("url", Text, nullable=False),
    Column("kind", String(20), nullable=False),
    Column("title", Text, nullable=False),
    Column("language", String(40), nullable=False),
    Column("published", Moment, nullable=False),
    Column("digest", String(64), nullable=False),  # of what copies are composed from
    Column("comments", String(20), nullable=False),  # open | closed | ISO date
    Column("first_seen", Moment, nullable=False),
    Column("missing_since", Moment),  # first complete outbox without it
    Column("export_due", Moment, index=True),  # its document may have changed since
)

post_paths = Table(  # every path a post has ever had, the present one included
    "post_paths",
    metadata,
    Column("path", Text, primary_key=True),
    Column("post_id", ForeignKey("posts.id", ondelete="CASCADE"), nullable=False, index=True),
)

accounts = Table(  # what the networks said of our accounts; the settings say which there are
    "accounts",
    metadata,
    Column("name", String(80), primary_key=True),
    Column("network", String(40), nullable=False),
    Column("space", String(40), nullable=False, server_default=""),
    Column("ref_id", Text, nullable=False, server_default=""),
    Column("url", Text, nullable=False, server_default=""),
    Column("handle", Text, nullable=False, server_default=""),
    Column("display_name", Text, nullable=False, server_default=""),
    Column("limits", JSON),
    Column("verified_at", Moment),
    Column("paused_reason", Text),  # set: nothing is asked or sent until connected again
    Column("cursor", Text),
    Column("polled_at", Moment),
    Column("poll_at", Moment),  # not before: a rate limit or a server that was down
    Column("poll_failures", Integer, nullable=False, server_default="0"),
)

copies = Table(
    "copies",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("source", String(120), nullable=False),  # post:ID | answer:UUID
    Column("account", String(80), nullable=False),
    Column("part", String(200), nullable=False),
    Column("post_id", ForeignKey("posts.id", ondelete="SET NULL"), index=True),
    Column("answers_id", Integer, index=True),  # message; it may be forgotten later
    Column("state", String(20), nullable=False),
    Column("brake", String(40), nullable=False, server_default=""),  # why it waits or was skipped
    Column("key", String(64), nullable=False),
    Column("draft", JSON, nullable=False),
    Column("digest", String(64), nullable=False),  # of the draft that should be out there
    Column("sent_digest", String(64)),  # of the draft that is
    Column("written_by", Text, nullable=False, server_default=""),  # staff, of an answer
    Column("written_at", Moment, nullable=False),
    Column("due_at", Moment, index=True),  # not before this
    Column("claimed_at", Moment),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("error", Text, nullable=False, server_default=""),
    Column("sent_at", Moment),
    Column("space", String(40)),
    Column("ref_id", Text),
    Column("url", Text),
    Column("local", Text),
    Column("check_at", Moment),  # when its thread is read again
    Column("checked_at", Moment),
    Column("news_at", Moment),  # newest message under it
    Column("reported", Integer, nullable=False, server_default="0"),  # by its network, then
    UniqueConstraint("source", "account", "part"),
    Index("ix_copies_ref", "space", "ref_id"),
    Index("ix_copies_state_due_at", "state", "due_at"),
    Index("ix_copies_account_check_at", "account", "check_at"),
)

reactions = Table(
    "reactions",
    metadata,
    Column("copy_id", ForeignKey("copies.id", ondelete="CASCADE"), primary_key=True),
    Column("kind", String(20), primary_key=True),
    Column("count", Integer, nullable=False),
)

authors = Table(
    "authors",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("space", String(40), nullable=False),
    Column("ref_id", Text, nullable=False),
    Column("url", Text),
    Column("local", Text),
    Column("network", String(40), nullable=False),
    Column("name", Text, nullable=False),
    Column("handle", Text, nullable=False),
    Column("picture", Text),  # URL on their server
    Column("emojis", JSON, nullable=False),
    Column("seen_at", Moment, nullable=False),
    UniqueConstraint("space", "ref_id"),
)

messages = Table(
    "messages",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("space", String(40), nullable=False),
    Column("ref_id", Text, nullable=False),
    Column("url", Text),
    Column("network", String(40), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("visibility", String(20), nullable=False),
    Column("author_id", ForeignKey("authors.id"), nullable=False, index=True),
    Column("post_id", ForeignKey("posts.id", ondelete="SET NULL")),
    Column("copy_id", ForeignKey("copies.id", ondelete="SET NULL")),  # the copy it stands under
    Column("reply_to", Text),  # Ref.id of what it answers, in the same space
    Column("written", Moment, nullable=False),
    Column("first_seen", Moment, nullable=False),
    Column("upstream", String(20), nullable=False),
    Column("missing_since", Moment),
    # the newest revision, and what was decided about it
    Column("revision", Integer, nullable=False),
    Column("verdict", String(20), nullable=False),
    Column("shown", Integer),  # the revision that was approved, if any: what the page shows
    Column("checked_at", Moment, nullable=False),  # last seen or asked for
    UniqueConstraint("space", "ref_id"),
    Index("ix_messages_verdict_id", "verdict", "id"),
    Index("ix_messages_post_id_id", "post_id", "id"),
    Index("ix_messages_copy_id_checked_at", "copy_id", "checked_at"),
    Index("ix_messages_space_reply_to", "space", "reply_to"),
)

sightings = Table(  # which account or watch saw it, and how
    "sightings",
    metadata,
    Column("message_id", ForeignKey("messages.id", ondelete="CASCADE"), primary_key=True),
    Column("account", String(80), primary_key=True),
    Column("via", String(40), primary_key=True),  # poll | thread | stream | search:WATCH
    Column("local", Text),  # what that account's server calls it
    Column("seen_at", Moment, nullable=False),
)

revisions = Table(
    "revisions",
    metadata,
    Column("message_id", ForeignKey("messages.id", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True),  # 1, 2, … within its message
    Column("digest", String(64), nullable=False),
    Column("html", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("language", String(40), nullable=False),
    Column("warning", Text, nullable=False),
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
    Column("verdict", String(20), nullable=False),
    Column("by", Text, nullable=False),
    Column("rule", String(80), nullable=False),
    Column("trace", JSON, nullable=False),
    Column("at", Moment, nullable=False),
    Column("before", JSON, nullable=False),  # verdict and shown revision that undo restores
)

tombstones = Table(  # keeps what was erased from returning; holds no words and no names
    "tombstones",
    metadata,
    Column("digest", String(64), primary_key=True),  # SHA-256 of [space, id]
    Column("at", Moment, nullable=False),
)

watches = Table(
    "watches",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", String(20), nullable=False),
    Column("query", Text, nullable=False),
    Column("language", String(40), nullable=False, server_default=""),
    Column("created_at", Moment, nullable=False),
    UniqueConstraint("kind", "query", "language"),
)

watch_cursors = Table(
    "watch_cursors",
    metadata,
    Column("watch_id", ForeignKey("watches.id", ondelete="CASCADE"), primary_key=True),
    Column("account", String(80), primary_key=True),
    Column("cursor", Text),
    Column("polled_at", Moment),
)

pictures = Table(  # copies of others' pictures on our own site
    "pictures",
    metadata,
    Column("url", Text, primary_key=True),
    Column("file", Text),  # pictures/HASH.webp; empty: it could not be had
    Column("width", Integer),
    Column("height", Integer),
    Column("fetched_at", Moment, nullable=False),
)

events = Table(  # ids, never words
    "events",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", Moment, nullable=False, index=True),
    Column("kind", String(40), nullable=False),
    Column("subject", String(160), nullable=False),
    Column("by", Text, nullable=False, server_default=""),
    Column("detail", JSON),
)

staff = Table(
    "staff",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    Column("role", String(20), nullable=False),
    Column("language", String(10), nullable=False, server_default="en"),
    Column("password", Text),  # argon2
    Column("created_at", Moment, nullable=False),
)

sessions = Table(
    "sessions",
    metadata,
    Column("digest", String(64), primary_key=True),  # SHA-256 of the cookie's token
    Column("staff_id", ForeignKey("staff.id", ondelete="CASCADE"), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
)

sign_in_links = Table(
    "sign_in_links",
    metadata,
    Column("digest", String(64), primary_key=True),  # SHA-256 of the link's token
    Column("staff_id", ForeignKey("staff.id", ondelete="CASCADE"), nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("used_at", Moment),
)

marks = Table(  # small facts of the whole site: paused, build due, signing secret …
    "marks",
    metadata,
    Column("name", String(60), primary_key=True),
    Column("value", JSON, nullable=False),
)
