"""How the number of an order looks in an address."""


class OrderNumber:
    """Letters, digits, dots and dashes, as S00042: whatever else an address holds names no order, on any database."""

    regex = "[A-Za-z0-9._-]{1,20}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value
