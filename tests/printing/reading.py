"""Reading a PDF as its receiver does: the text of its pages, and the codes on them as a phone sees them."""

from contextlib import closing

import pypdfium2
import zxingcpp

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


def pictures_on(pdf: bytes) -> int:
    """Return how many pixel pictures the PDF holds: drawings are none."""
    return pdf.count(b"/Subtype /Image") + pdf.count(b"/Subtype/Image")


def _text(page: pypdfium2.PdfPage) -> str:
    with closing(page.get_textpage()) as text:
        # Only what lies on the page.
        return text.get_text_bounded()
