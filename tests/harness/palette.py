"""Small pictures: a PNG with a palette of 256 colours, made with nothing but the browser and zlib."""

import base64
import struct
import zlib
from collections import Counter

from playwright.sync_api import Browser

MOST_COLOURS = 256
# The browser decodes its own PNG; pages of ours would forbid the script.
_PIXELS = """async (png) => {
  const image = await createImageBitmap(await (await fetch(`data:image/png;base64,${png}`)).blob());
  const canvas = new OffscreenCanvas(image.width, image.height);
  const context = canvas.getContext("2d");
  context.drawImage(image, 0, 0);
  const reader = new FileReader();
  const read = new Promise((resolve) => { reader.onload = () => resolve(reader.result.split(",")[1]); });
  reader.readAsDataURL(new Blob([context.getImageData(0, 0, image.width, image.height).data]));
  return [image.width, image.height, await read];
}"""


def with_palette(browser: Browser, png: bytes) -> bytes:
    """Return the picture in its 256 most frequent colours; every other one becomes the nearest of them."""
    page = browser.new_page()
    width, height, encoded = page.evaluate(_PIXELS, base64.b64encode(png).decode())
    page.close()
    pixels = base64.b64decode(encoded)
    colours = list(zip(pixels[::4], pixels[1::4], pixels[2::4], strict=True))
    # Ordered by frequency, then by value: the same picture gives the same bytes.
    ranked = sorted(Counter(colours).items(), key=lambda item: (-item[1], item[0]))
    palette = [colour for colour, _count in ranked[:MOST_COLOURS]]
    place = {colour: _nearest(colour, palette) for colour, _count in ranked}
    places = bytes(map(place.__getitem__, colours))
    rows = b"".join(b"\0" + places[start : start + width] for start in range(0, width * height, width))
    header = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    parts = [(b"IHDR", header), (b"PLTE", b"".join(map(bytes, palette))), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in parts)


def _nearest(colour: tuple[int, ...], palette: list[tuple[int, int, int]]) -> int:
    return min(
        range(len(palette)), key=lambda at: sum((one - other) ** 2 for one, other in zip(colour, palette[at], strict=True))
    )


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
