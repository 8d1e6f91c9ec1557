//! The history of the database schema, for SQLite and PostgreSQL alike.
