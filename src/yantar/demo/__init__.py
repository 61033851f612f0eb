"""The demonstration government, played through the real actions under a set clock."""
