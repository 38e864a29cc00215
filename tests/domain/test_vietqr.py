"""The text of a VietQR code: published examples to the letter, and any transfer read back by an independent reader."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from soon.domain.banks import BANKS, bank_name
from soon.domain.vietqr import DoesNotFit, checksum, field, transfer_payload, transfer_reference
from tests.domain.emv import crc_by_hand, read_fields, read_transfer

# From the QR format that NAPAS publishes (version 1.5.2) and from the description of subiz/vietqr.
PUBLISHED = [
    "00020101021138570010A00000072701270006970403011300110123456780208QRIBFTTA53037045802VN63049E6F",
    "00020101021138600010A00000072701300006970403011697040311012345670208QRIBFTTC53037045802VN63044F52",
    (
        "00020101021238570010A00000072701270006970403011300110123456780208QRIBFTTA530370454061800005802VN"
        "62340107NPS68690819thanh toan don hang63042E2E"
    ),
    (
        "00020101021238570010A00000072701270006970415011300110019324180208QRIBFTTA530370454061200005802VN"
        "62170813ung ho lu lut6304C15C"
    ),
]


@pytest.mark.parametrize("payload", PUBLISHED)
def test_the_checksum_of_published_codes(payload: str) -> None:
    assert checksum(payload[:-4]) == payload[-4:] == crc_by_hand(payload[:-4])


def test_the_checksum_of_the_catalogues_example() -> None:
    assert checksum("123456789") == "29B1"


def test_published_codes_are_made_to_the_letter() -> None:
    assert transfer_payload("970403", "0011012345678") == PUBLISHED[0]
    assert transfer_payload("970415", "0011001932418", 120_000, "ung ho lu lut") == PUBLISHED[3]


accounts = st.text(string.ascii_letters + string.digits, min_size=1, max_size=19)
references = st.one_of(st.just(""), st.from_regex(r"[0-9A-Za-z][0-9A-Za-z ]{0,24}", fullmatch=True))


@given(st.sampled_from(sorted(BANKS)), accounts, st.none() | st.integers(1, 10**13 - 1), references)
def test_any_transfer_is_read_back(bin_: str, account: str, amount: int | None, reference: str) -> None:
    payload = transfer_payload(bin_, account, amount, reference)
    fields = read_fields(payload)
    assert list(fields) == sorted(fields)
    assert set(fields) - {"54", "62"} == {"00", "01", "38", "53", "58", "63"}
    assert read_transfer(payload) == {
        "bank": bin_,
        "account": account,
        "amount": "" if amount is None else str(amount),
        "reference": reference,
    }
    assert len(payload) < 200


@pytest.mark.parametrize(
    ("bin_", "account", "amount", "reference"),
    [
        ("97043", "1", 1, ""),
        ("97043٣", "1", 1, ""),
        ("970436", "", 1, ""),
        ("970436", "1" * 20, 1, ""),
        ("970436", "00 11", 1, ""),
        ("970436", "00\n", 1, ""),
        ("970436", "Số1", 1, ""),
        ("970436", "1", 0, ""),
        ("970436", "1", -1, ""),
        ("970436", "1", 10**13, ""),
        ("970436", "1", 1, "INV/2026/00031"),
        ("970436", "1", 1, "x" * 26),
        ("970436", "1", 1, "hóa đơn"),
        ("970436", "1", 1, " "),
    ],
)
def test_what_a_transfer_cannot_carry_is_refused(bin_: str, account: str, amount: int, reference: str) -> None:
    with pytest.raises(DoesNotFit):
        transfer_payload(bin_, account, amount, reference)


@pytest.mark.parametrize(
    ("number", "reference"),
    [
        ("INV/2026/00031", "INV202600031"),
        ("Hđ-1", "H1"),
        ("A" * 10 + "/" + "1" * 25, "1" * 25),
    ],
)
def test_the_number_of_a_document_as_a_reference(number: str, reference: str) -> None:
    assert transfer_reference(number) == reference
    assert read_transfer(transfer_payload("970436", "1", 1, reference))["reference"] == reference


def test_a_number_without_anything_to_refer_to_is_refused() -> None:
    with pytest.raises(DoesNotFit):
        transfer_reference("Ộ/-")


def test_a_field_that_two_digits_cannot_count_is_refused() -> None:
    assert field("62", "x" * 99) == "6299" + "x" * 99
    with pytest.raises(DoesNotFit):
        field("62", "x" * 100)


def test_banks_are_named_once() -> None:
    assert len(set(BANKS.values())) == len(BANKS)
    assert all(len(bin_) == 6 and bin_.isdigit() for bin_ in BANKS)
    assert (bank_name("970436"), bank_name("123456")) == ("Vietcombank", "123456")
