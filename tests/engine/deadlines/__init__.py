"""The clock of services and appeals."""
