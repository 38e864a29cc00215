"""How the number of an order is written, and how it looks in an address."""


def order_number(count: int) -> str:
    """Return the number of the order counted `count`: 42 → "S00042"."""
    return f"S{count:05d}"


class OrderNumber:
    """Letters, digits, dots and dashes, as S00042: whatever else an address holds names no order, on any database."""

    regex = "[A-Za-z0-9._-]{1,20}"

    def to_python(self, value: str) -> str:
        """Return the number as the address holds it."""
        return value

    def to_url(self, value: str) -> str:
        """Return the number as an address holds it."""
        return value
