"""Savings of public procurement, from the records to the kopeck: taken in, measured, questioned, repeated.

Records (OCDS releases, the lists that agencies keep) become flat tables in Parquet, without nested arrays (`tables`, `dataset`, `ingest`).
Every measure and every flag is one expression over these tables, run by DuckDB in the process or unchanged by Apache Spark. Money is
DECIMAL(18,2) from the first byte to the last; nothing here is ever a binary fraction.
"""
