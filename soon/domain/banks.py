"""Banks of Vietnam that take transfers by VietQR: the number that names a bank in a QR code, and its short name.

Source: the list of members that NAPAS publishes for VietQR, with the names banks took in 2024 and 2025. Facts only;
whether an account exists is known to its bank alone.
"""

from collections.abc import Mapping

BANKS: Mapping[str, str] = {
    "970425": "ABBANK",
    "970416": "ACB",
    "970405": "Agribank",
    "970409": "BacABank",
    "970438": "BaoVietBank",
    "970418": "BIDV",
    "970454": "BVBank",
    "546034": "CAKE by VPBank",
    "422589": "CIMB",
    "970446": "Co-opBank",
    "970431": "Eximbank",
    "970408": "GPBank",
    "970437": "HDBank",
    "970442": "Hong Leong Bank",
    "458761": "HSBC",
    "970434": "Indovina Bank",
    "668888": "KBank",
    "970452": "KienlongBank",
    "970449": "LPBank",
    "970422": "MB",
    "970414": "MBV",
    "970426": "MSB",
    "970428": "Nam A Bank",
    "970419": "NCB",
    "970448": "OCB",
    "970430": "PGBank",
    "970439": "Public Bank",
    "970412": "PVcomBank",
    "970403": "Sacombank",
    "970400": "SaigonBank",
    "970429": "SCB",
    "970440": "SeABank",
    "970443": "SHB",
    "970424": "Shinhan Bank",
    "970410": "Standard Chartered",
    "970407": "Techcombank",
    "963388": "Timo by BVBank",
    "970423": "TPBank",
    "970458": "UOB",
    "970444": "VCBNeo",
    "970441": "VIB",
    "970427": "VietABank",
    "970433": "VietBank",
    "970436": "Vietcombank",
    "970415": "VietinBank",
    "970406": "Vikki Bank",
    "970432": "VPBank",
    "970421": "VRB",
    "970457": "Woori Bank",
}


def bank_name(bin_: str) -> str:
    """Return the short name of the bank with the number `bin_`; the number itself where the list does not know it."""
    return BANKS.get(bin_, bin_)
