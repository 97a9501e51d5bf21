"""Long lists, sent while they are read."""

from collections.abc import AsyncIterator, Sequence

import orjson

from licet.dialects.shape import Shape


async def array(pieces: AsyncIterator[Sequence[object]], shape: Shape) -> AsyncIterator[bytes]:
    """Pieces of a list as the pieces of one JSON array."""
    before = b"["
    async for piece in pieces:
        if piece:
            yield before + orjson.dumps([shape.encode(thing) for thing in piece])[1:-1]
            before = b","
    yield b"[]" if before == b"[" else b"]"
