"""Who works for the demo company, and the log-ins that open it."""

import datetime

from django.contrib.auth.hashers import make_password

from soon.domain import permissions
from soon.models import Customer, User

PASSWORD = "soon-demo"  # noqa: S105 - shown on the log-in page of a demo, and nowhere else valid

# e-mail: (role, name). The customer's log-in belongs to the first customer.
LOGINS = {
    "admin@example.com": (permissions.ADMINISTRATOR, "Nguyễn Quốc Bảo"),
    "manager@example.com": (permissions.MANAGER, "Lê Thu Hà"),
    "sales@example.com": (permissions.SALESPERSON, "Phạm Minh Khôi"),
    "accountant@example.com": (permissions.ACCOUNTANT, "Võ Ngọc Diệp"),
    "customer@example.com": (permissions.CUSTOMER, "Trần Thị Mai An"),
}
# They sell as well, but nobody can log in as them.
COLLEAGUES = {
    "bao.chau@example.com": "Đặng Bảo Châu",
    "tuan.kiet@example.com": "Huỳnh Tuấn Kiệt",
    "sarah.miller@example.com": "Sarah Miller",
}


def hire(at: datetime.datetime) -> dict[str, User]:
    """Store the staff and return them by e-mail."""
    # Hashing is slow on purpose; the demo's one password needs it only once.
    hashed = make_password(PASSWORD)
    staff = {
        email: User(email=email, name=name, role=role, password=hashed, created_at=at)
        for email, (role, name) in LOGINS.items()
        if role != permissions.CUSTOMER
    }
    unusable = make_password(None)
    for email, name in COLLEAGUES.items():
        staff[email] = User(email=email, name=name, role=permissions.SALESPERSON, password=unusable, created_at=at)
    User.objects.bulk_create(staff.values())
    return staff


def open_account(customer: Customer, at: datetime.datetime) -> User:
    """Give `customer` the demo's account for the portal."""
    email = "customer@example.com"
    role, name = LOGINS[email]
    return User.objects.create(
        email=email, name=name, role=role, customer=customer, password=make_password(PASSWORD), created_at=at
    )


def sellers(staff: dict[str, User]) -> list[User]:
    """Return those who sell, the one with the log-in first."""
    return [user for user in staff.values() if user.role == permissions.SALESPERSON]
