"""Reading a PDF as its receiver does: the text of its pages, and the codes on them as a phone sees them."""

import re
from contextlib import closing

import pypdfium2
import zxingcpp
from PIL import Image, ImageDraw

# Dots for each point of the page: 216 dpi, less than a phone sees.
SHARP = 3


def texts_of(pdf: bytes) -> list[str]:
    """Return the text of each page, spaces and lines as single spaces."""
    with closing(pypdfium2.PdfDocument(pdf)) as document:
        return [" ".join(_text(page).split()) for page in document]


def codes_on(pdf: bytes, page: int = -1) -> list[str]:
    """Return what the QR codes on one page say."""
    with closing(pypdfium2.PdfDocument(pdf)) as document:
        picture = document[page % len(document)].render(scale=SHARP).to_pil()
    return [code.text for code in zxingcpp.read_barcodes(picture)]


def codes_in(size: int, path: str) -> list[str]:
    """Return what a reader sees in the squares that the data of an SVG path covers, on a white square of `size`."""
    side = 6
    picture = Image.new("L", (size * side, size * side), 255)
    draw = ImageDraw.Draw(picture)
    for x, y, length in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\3z", path):
        draw.rectangle([int(x) * side, int(y) * side, (int(x) + int(length)) * side - 1, (int(y) + 1) * side - 1], fill=0)
    return [code.text for code in zxingcpp.read_barcodes(picture)]


def codes_on_web(html: str) -> list[str]:
    """Return what the QR codes drawn in a page say; each must have a name for those who do not see it."""
    drawn = re.findall(
        r'<svg class="qr" viewBox="0 0 (\d+) \1" role="img" aria-label="([^"]+)">.*?fill="#000" d="([^"]*)"', html
    )
    return [said for size, _name, path in drawn for said in codes_in(int(size), path)]


def pictures_on(pdf: bytes) -> int:
    """Return how many pixel pictures the PDF holds: drawings are none."""
    return pdf.count(b"/Subtype /Image") + pdf.count(b"/Subtype/Image")


def _text(page: pypdfium2.PdfPage) -> str:
    with closing(page.get_textpage()) as text:
        # Only what lies on the page.
        return text.get_text_bounded()
