"""Alembic's entry: runs on the connection that `database._migrate` hands over."""

from typing import Any, Literal

from alembic import context
from sqlalchemy import TypeDecorator

from syndication.store.tables import metadata


def render_item(kind: str, item: Any, _context: Any) -> str | Literal[False]:
    """Write our own column types as what they are in the database: migrations outlive them."""
    if kind == "type" and isinstance(item, TypeDecorator):
        return f"sa.{item.impl!r}"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    render_item=render_item,
)
with context.begin_transaction():
    context.run_migrations()
