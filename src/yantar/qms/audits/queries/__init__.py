"""Reading audits and programmes for somebody."""
