"""The labels of the closing flow as the glossary has them, in both languages."""

from types import SimpleNamespace

_LABELS = {
    "subscriptions": ("Đăng ký", "Subscriptions"),
    "configuration": ("Cấu hình", "Configuration"),
    "plans": ("Kế hoạch định kỳ", "Recurring Plans"),
    "self_service": ("Tự phục vụ", "Self-Service"),
    "closable": ("Có thể đóng", "Closable"),
    "quotation": ("Báo giá", "Quotation"),
    "quotation_sent": ("Đã gửi báo giá", "Quotation Sent"),
    "in_progress": ("Đang tiến hành", "In Progress"),
    "close": ("Đóng", "Close"),
    "close_subscription": ("Đóng đăng ký", "Close Subscription"),
    "close_reason": ("Lý do đóng", "Close Reason"),
    "close_reasons": ("Lý do đóng", "Close Reasons"),
    "reason": ("Lý do", "Reason"),
    "submit": ("Gửi", "Submit"),
    "churned": ("Đã rời bỏ", "Churned"),
    "closed": ("Đã đóng", "Closed"),
    "preview": ("Xem trước", "Preview"),
    "portal": ("Cổng thông tin khách hàng", "Customer portal"),
    "register_payment": ("Ghi nhận thanh toán", "Register Payment"),
    "new": ("Mới", "New"),
    # Not in the glossary, but pressed on the way.
    "products": ("Sản phẩm", "Products"),
    "customer": ("Khách hàng", "Customer"),
    "product": ("Sản phẩm", "Product"),
    "every_period": ("Mỗi kỳ", "Every period"),
    "once": ("Một lần", "Once"),
    "unit_price": ("Đơn giá", "Unit price"),
    "add_line": ("Thêm dòng", "Add a line"),
    "save": ("Lưu", "Save"),
    "send": ("Gửi qua e-mail", "Send by e-mail"),
    "confirm": ("Xác nhận", "Confirm"),
    "create_invoice": ("Tạo hóa đơn", "Create Invoice"),
    "invoices": ("Hóa đơn", "Invoices"),
    "amount": ("Số tiền", "Amount"),
    "partly_paid": ("Thanh toán một phần", "Partly paid"),
    "paid": ("Đã thanh toán", "Paid"),
    "keep": ("Giữ đăng ký", "Keep subscription"),
    "back": ("Trở lại đơn hàng", "Back to the order"),
    "too_expensive": ("Giá quá cao", "Subscription too expensive"),
    "not_used": ("Tôi không thực sự sử dụng dịch vụ", "I don't really use it"),
}


def words(language: str) -> SimpleNamespace:
    """Return every label in `language`: `words("vi").close`."""
    place = ("vi", "en").index(language)
    return SimpleNamespace(**{name: labels[place] for name, labels in _LABELS.items()})
