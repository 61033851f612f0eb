"""Where citizens write to the authorities and follow what becomes of it. Nothing here is kept by caches, and no address says whose it is."""
