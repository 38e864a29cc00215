"""An independent reader of payment codes after EMVCo, written from the standard, not from the code that makes them."""


def read_fields(text: str) -> dict[str, str]:
    """Return the fields of `text`: two digits of name, two of length, the value; each name once."""
    fields: dict[str, str] = {}
    while text:
        name, length, text = text[:2], int(text[2:4]), text[4:]
        assert len(text) >= length
        assert name not in fields
        fields[name], text = text[:length], text[length:]
    return fields


def crc_by_hand(text: str) -> str:
    """Return CRC-16/CCITT-FALSE bit by bit, as its definition reads."""
    register = 0xFFFF
    for octet in text.encode():
        register ^= octet << 8
        for _bit in range(8):
            register = (register << 1 ^ (0x1021 if register & 0x8000 else 0)) & 0xFFFF
    return f"{register:04X}"


def read_transfer(payload: str) -> dict[str, str]:
    """Return bank, account, amount and reference of a transfer in đồng; fails for anything that banks would not take."""
    fields = read_fields(payload)
    assert fields["63"] == crc_by_hand(payload[:-4])
    assert (fields["00"], fields["53"], fields["58"]) == ("01", "704", "VN")
    merchant = read_fields(fields["38"])
    assert (merchant["00"], merchant["02"]) == ("A000000727", "QRIBFTTA")
    account = read_fields(merchant["01"])
    assert fields["01"] == ("12" if "54" in fields else "11")
    return {
        "bank": account["00"],
        "account": account["01"],
        "amount": fields.get("54", ""),
        "reference": read_fields(fields.get("62", "")).get("08", ""),
    }
