"""The wall, driven as an ASGI callable: no sockets."""
