"""Settings: `local` for `make run`, `production` for servers, `test` for the tests. Secrets come from the environment only."""
