"""The wall round HTTP: what comes in is read here once, and what goes out is written here.

It owns requests, replies, routes, cookies, cross-site rules, the limits on bytes and time, and the one HTTP server.
It holds no rule about applications and no surface's words: a surface hands it routes and one renderer. Above it stand
the dialects and the pages; below it the services, which know nothing of HTTP. Only this room knows uvicorn.
"""
