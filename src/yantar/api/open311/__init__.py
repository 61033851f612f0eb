"""Remarks for programs of others, as Open311 GeoReport v2 has it (services.md §6): JSON and XML, at `/open311/v2/`."""
