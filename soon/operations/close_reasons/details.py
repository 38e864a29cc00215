"""What a close reason says: the values that `create` and `revise` take."""

from dataclasses import dataclass

from soon.domain import closing


@dataclass(frozen=True)
class CloseReasonDetails:
    """A reason as typed; `audience` says who may choose it: "everyone" or "staff".

    `category` puts reasons together in reports; `comment_policy` says whether words of one's own are asked for.
    """

    name_vi: str
    name_en: str = ""
    audience: str = closing.EVERYONE
    category: str = "other"
    comment_policy: str = "none"
