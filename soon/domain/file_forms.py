"""How a file is read: recognised first, then confirmed or changed by whoever brought it."""

from dataclasses import dataclass

CSV, XLSX = "csv", "xlsx"
# As Python calls them, with what people know them by.
ENCODINGS = {
    "utf-8": "UTF-8",
    "utf-16": "UTF-16",
    # Without a mark at the beginning that says which it is.
    "utf-16-le": "UTF-16 LE",
    "utf-16-be": "UTF-16 BE",
    "cp1258": "Windows-1258",
    "cp1252": "Windows-1252",
}
USUAL_DELIMITERS = (",", ";", "\t", "|")
# They stand in names of columns and in times as well.
UNUSUAL_DELIMITERS = ("^", "~", ":")
DELIMITERS = (*USUAL_DELIMITERS, *UNUSUAL_DELIMITERS)
QUOTES = ('"', "'", "")
DECIMAL_SIGNS = (".", ",")


@dataclass(frozen=True)
class FileForm:
    """Of CSV: encoding, delimiter and quotation mark ("" for none); of XLSX: the sheet ("" for the first).

    `decimal` is the decimal sign of numbers that are written as text, `day_first` says that 3/4/2026 is in April.
    """

    kind: str = CSV
    encoding: str = "utf-8"
    delimiter: str = ","
    quote: str = '"'
    decimal: str = "."
    day_first: bool = True
    sheet: str = ""
