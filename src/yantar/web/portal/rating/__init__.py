"""Rating a service: by link, by QR code, inside another site, at a kiosk, and without JavaScript."""
