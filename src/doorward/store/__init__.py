"""What is kept: tables, queries, transactions, secrets at rest."""
