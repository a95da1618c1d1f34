"""The database: engine, column types, migrations. Knows nothing of customers or conversations."""
