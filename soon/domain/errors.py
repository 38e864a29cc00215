"""What every refusal of the rules has in common."""


class DomainError(ValueError):
    """A value the rules cannot work with; the text says which and why, in English, for logs and `soon simulate`."""
