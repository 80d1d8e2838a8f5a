//! Snapshots and durable state: files and SQLite; no network.
