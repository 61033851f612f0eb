"""Our own small set of icons: strokes on a 24 × 24 grid, drawn for Yantar."""

from __future__ import annotations

ICONS: dict[str, str] = {
    "amber": '<path d="M12 2.5 20.5 12 12 21.5 3.5 12Z" fill="currentColor" stroke="none"/>',
    "home": '<path d="M4 11 12 4l8 7v9h-5.5v-6h-5v6H4Z"/>',
    "authority": '<path d="M3.5 9.5 12 4l8.5 5.5ZM6 13v4.5M10 13v4.5M14 13v4.5M18 13v4.5M3.5 20.5h17"/>',
    "certificate": '<path d="M14 17.5H4v-13h16v8"/><path d="M8 8.5h8M8 12.5h4"/><circle cx="17.5" cy="15.5" r="2.6"/>'
    '<path d="m16 18-.8 3.5 2.3-1.3 2.3 1.3L19 18"/>',
    "calendar": '<path d="M4 6h16v14H4ZM4 10.5h16M8.5 3.5V8M15.5 3.5V8"/><path d="M8 14.5h2.5"/>',
    "late": '<path d="M12 4 21 20H3Z"/><path d="M12 10v4.5M12 17.2v.3"/>',
    "standard": '<path d="M5 4h10.5A3.5 3.5 0 0 1 19 7.5V20H8a3 3 0 0 1-3-3Z"/><path d="M5 17a3 3 0 0 1 3-3h11M9 8h6"/>',
    "body": '<circle cx="12" cy="8.5" r="4.5"/><path d="m9 12.5-1.5 8L12 18l4.5 2.5-1.5-8"/>',
    "import": '<path d="M12 3.5v11M7.5 10.5l4.5 4.5 4.5-4.5M4 16v4.5h16V16"/>',
    "export": '<path d="M12 15V3.8M7.5 8 12 3.5 16.5 8M4 16v4.5h16V16"/>',
    "people": '<circle cx="9" cy="8" r="3.5"/><path d="M2.5 20c.3-4 3-6 6.5-6s6.2 2 6.5 6M15.5 4.8a3.5 3.5 0 0 1 0 6.4'
    'M18 14.5c2 .8 3.3 2.6 3.5 5.5"/>',
    "person": '<circle cx="12" cy="8" r="4"/><path d="M4.5 20.5c.4-4.5 3.4-6.5 7.5-6.5s7.1 2 7.5 6.5"/>',
    "journal": '<path d="M6 3.5h12.5v17H6ZM3.5 8H8M3.5 12H8M3.5 16H8M11.5 8.5h4M11.5 12.5h4"/>',
    "settings": '<path d="M4 7h8M17.5 7H20M4 17h2.5M12 17h8"/><circle cx="14.8" cy="7" r="2.6"/><circle cx="9.2" cy="17" r="2.6"/>',
    "bell": '<path d="M6 16.5V11a6 6 0 0 1 12 0v5.5l1.5 2h-15Z"/><path d="M10 21h4"/>',
    "menu": '<path d="M4 6.5h16M4 12h16M4 17.5h16"/>',
    "check": '<path d="m5 12.5 4.7 4.7L19 7"/>',
    "cross": '<path d="m6 6 12 12M18 6 6 18"/>',
    "pause": '<path d="M9 6v12M15 6v12"/>',
    "clock": '<circle cx="12" cy="12" r="8.5"/><path d="M12 7v5.3l3.5 2"/>',
    "next": '<path d="M4 12h15M13 6l6 6-6 6"/>',
    "left": '<path d="m14.5 6-6 6 6 6"/>',
    "right": '<path d="m9.5 6 6 6-6 6"/>',
    "down": '<path d="m6 9.5 6 6 6-6"/>',
    "dot": '<circle cx="12" cy="12" r="4" fill="currentColor" stroke="none"/>',
    "draft": '<path d="M4 20.5 5 16 16.5 4.5l3 3L8 19Z"/>',
    "warning": '<path d="M12 6v8M12 17.8v.4"/>',
    "info": '<circle cx="12" cy="12" r="8.5"/><path d="M12 11v5.5M12 7.6v.3"/>',
    "search": '<circle cx="10.5" cy="10.5" r="6.5"/><path d="m15.5 15.5 5 5"/>',
    "plus": '<path d="M12 5v14M5 12h14"/>',
    "document": '<path d="M6 3.5h8l4.5 4.5v12.5H6ZM13.5 3.5v5h5M9 13h6M9 16.5h6"/>',
    "lock": '<path d="M5.5 10.5h13v10h-13Z"/><path d="M8.5 10.5V8a3.5 3.5 0 0 1 7 0v2.5M12 14v3"/>',
    "out": '<path d="M13 4H5v16h8M10 12h10.5M16.5 8l4 4-4 4"/>',
    "language": '<circle cx="12" cy="12" r="8.5"/><path d="M3.5 12h17M12 3.5c-5.5 5.5-5.5 11.5 0 17 5.5-5.5 5.5-11.5 0-17Z"/>',
    "print": '<path d="M7 8V3.5h10V8M7 17H4V8h16v9h-3"/><path d="M7 14h10v6.5H7Z"/>',
    "qr": '<path d="M4 4h6v6H4ZM14 4h6v6h-6ZM4 14h6v6H4Z"/><path d="M14 14h2.5v2.5M20 14v6h-6v-1.5"/>',
    "filter": '<path d="M4 5h16l-6.2 7.5v6L10.2 20v-7.5Z"/>',
    "attach": '<path d="m19 11-7.5 7.5a4 4 0 0 1-5.7-5.7L13.5 5a2.8 2.8 0 0 1 4 4L10 16.5a1.4 1.4 0 0 1-2-2l6.5-6.5"/>',
    "programme": '<path d="M4 5h16v15H4ZM4 9.5h16"/><path d="M7 13h5M10 16.5h7"/>',
    "audit": '<path d="M7 4.5h10v16H7ZM9.5 3h5v3h-5Z"/><path d="m9.5 13 2 2 3.5-4"/>',
    "finding": '<circle cx="11" cy="11" r="7"/><path d="m16 16 4.5 4.5M11 8v3.5M11 13.8v.3"/>',
    "process": '<path d="M3.5 5h6v5h-6ZM14.5 14h6v5h-6Z"/><path d="M9.5 7.5H17V14M14.5 11.5 17 14l2.5-2.5"/>',
    "auditor": '<circle cx="9.5" cy="8" r="3.7"/><path d="M2.8 20.5c.3-4.2 3.2-6.2 6.7-6.2 1.5 0 2.9.4 4 1.1"/>'
    '<path d="m14.5 18.5 2.2 2.2 4.3-4.7"/>',
    "undo": '<path d="M4 10h10a5.5 5.5 0 0 1 0 11H9M8.5 5.5 4 10l4.5 4.5"/>',
}
"""Name → what is inside the `<svg>`."""
