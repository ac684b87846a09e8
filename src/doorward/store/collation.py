"""The order of text in PostgreSQL: that of its UTF-8 bytes, as SQLite has it and S3 lists keys.

A database orders by some language unless its columns say otherwise, and no index serves a prefix
then. https://www.postgresql.org/docs/current/collation.html
"""

from sqlalchemy import Connection, text

_OTHERS = text("""
    SELECT quote_ident(c.relname), quote_ident(a.attname), format_type(a.atttypid, a.atttypmod)
    FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
    JOIN pg_collation o ON o.oid = a.attcollation
    WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r'
    AND NOT a.attisdropped AND o.collname <> 'C'
    ORDER BY 1, a.attnum
""")


def by_bytes(db: Connection) -> None:
    """Have every text column that a migration made ordered by bytes."""
    tables: dict[str, list[str]] = {}
    for table, column, kind in db.execute(_OTHERS):
        tables.setdefault(table, []).append(f'ALTER COLUMN {column} TYPE {kind} COLLATE "C"')
    for table, actions in tables.items():
        db.exec_driver_sql(f"ALTER TABLE {table} {', '.join(actions)}")
