"""Pictures made on the server: SVG without scripts and styles, the same on a page and on paper."""
