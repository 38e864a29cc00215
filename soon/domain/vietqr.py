"""What stands in a VietQR code: a transfer to a bank account in Vietnam, as banks' own apps read it.

Source: EMVCo, "QR Code Specification for Payment Systems: Merchant-Presented Mode", and NAPAS, "VietQR", version 1.5.2,
service QRIBFTTA (to an account). A code is fields of two digits for the name, two for the length, and the value; the last
field is a checksum over all before it. Nothing here asks anybody: whether the account exists is known to its bank alone.
"""

import re
from binascii import crc_hqx

from .errors import DomainError

GUID = "A000000727"
TO_AN_ACCOUNT = "QRIBFTTA"
DONG = "704"
VIETNAM = "VN"
LONGEST_REFERENCE = 25
LARGEST_AMOUNT = 10**13 - 1

_BIN = re.compile(r"[0-9]{6}")
_ACCOUNT = re.compile(r"[0-9A-Za-z]{1,19}")
# What every bank keeps of the text of a transfer; most of them drop or replace other signs.
_REFERENCE = re.compile(rf"[0-9A-Za-z][0-9A-Za-z ]{{0,{LONGEST_REFERENCE - 1}}}")


class DoesNotFit(DomainError):
    """A value that a transfer cannot carry."""


def transfer_payload(bin_: str, account: str, amount: int | None = None, reference: str = "") -> str:
    """Return the text of the code for a transfer of `amount` đồng to `account` at the bank `bin_`, with `reference`.

    Without an amount (None) the payer types one, and the code serves many times. `bin_` has 6 digits, `account` up to 19
    digits and letters, `reference` up to 25 letters, digits and spaces of ASCII. Raises DoesNotFit for anything else.
    """
    _check(bin_, account, amount, reference)
    beneficiary = field("00", bin_) + field("01", account)
    text = field("00", "01") + field("01", "11" if amount is None else "12")
    text += field("38", field("00", GUID) + field("01", beneficiary) + field("02", TO_AN_ACCOUNT))
    text += field("53", DONG)
    if amount is not None:
        text += field("54", str(amount))
    text += field("58", VIETNAM)
    if reference:
        text += field("62", field("08", reference))
    text += "6304"
    return text + checksum(text)


def transfer_reference(number: str) -> str:
    """Return the number of a document as a transfer can carry it: "INV/2026/00031" → "INV202600031".

    Only its letters and digits of ASCII, the last 25 of them. Raises DoesNotFit where nothing is left.
    """
    reference = "".join(letter for letter in number if letter.isascii() and letter.isalnum())[-LONGEST_REFERENCE:]
    if not reference:
        raise DoesNotFit(f"nothing in {number!r} can stand in a transfer")
    return reference


def field(name: str, value: str) -> str:
    """Return a field with its length; raise DoesNotFit beyond the 99 signs that two digits can count."""
    if len(value) > 99:
        raise DoesNotFit(f"field {name} holds 99 signs at most, not {len(value)}")
    return f"{name}{len(value):02d}{value}"


def checksum(text: str) -> str:
    """Return the CRC-16/CCITT-FALSE of `text` (polynomial 1021, from FFFF) in four hexadecimal digits.

    EMVCo counts the name and the length of the checksum's own field ("6304") as part of `text`.
    """
    return f"{crc_hqx(text.encode(), 0xFFFF):04X}"


def _check(bin_: str, account: str, amount: int | None, reference: str) -> None:
    if not _BIN.fullmatch(bin_):
        raise DoesNotFit(f"a bank has a number of 6 digits, not {bin_!r}")
    if not _ACCOUNT.fullmatch(account):
        raise DoesNotFit(f"an account number has up to 19 digits and letters: {account!r}")
    if amount is not None and not 0 < amount <= LARGEST_AMOUNT:
        raise DoesNotFit(f"a transfer carries 1 to {LARGEST_AMOUNT} đồng, not {amount}")
    if reference and not _REFERENCE.fullmatch(reference):
        raise DoesNotFit(f"a reference has up to {LONGEST_REFERENCE} letters, digits and spaces: {reference!r}")
