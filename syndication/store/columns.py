"""The kinds of columns: moments in UTC, text that every database takes, names for an index."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import DateTime, Dialect, Text, TypeDecorator

from syndication.store.encoding import clean, identifier


class Moment(TypeDecorator[datetime]):
    """An aware datetime, kept as naive UTC because SQLite knows no time zones."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs its time zone")
        try:
            return value.astimezone(UTC).replace(tzinfo=None)
        except OverflowError:  # the first or last hours that Python knows: somebody's joke
            return value.replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value.replace(tzinfo=UTC) if value else None


class Plain(TypeDecorator[str]):
    """Text as every database takes it: see `encoding.clean`."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return clean(value) if value is not None else None


class Identifier(TypeDecorator[str]):
    """A name that others gave and an index holds: see `encoding.identifier`."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return identifier(value) if value is not None else None
