"""Forms of certification: what people type, as the actions take it."""
