"""What people of the demo wrote: notes, messages and reasons in their own words."""

NOTES = (
    "Đã gọi điện, khách hài lòng với tốc độ đường truyền.",
    "Khách hẹn gia hạn sau Tết, nhắc lại vào tháng Hai.",
    "Kế toán của khách đổi số điện thoại, đã cập nhật.",
    "Khách muốn xuất hóa đơn trước ngày 25 hằng tháng.",
    "Kỹ thuật đã thay bộ phát Wi-Fi, kiểm tra lại sau một tuần.",
    "Khách hỏi thêm báo giá sao lưu đám mây.",
    "Từ quý sau khách muốn một hóa đơn chung cho cả hai văn phòng.",
    "Đã đối chiếu công nợ quý trước, không lệch.",
    "Khách trả chậm do đổi ngân hàng, xin thêm một tuần.",
    "Giới thiệu bởi phòng khám cùng tòa nhà.",
)
TO_CUSTOMER = (
    "Chào anh chị, kỹ thuật viên sẽ đến lúc 9 giờ sáng thứ Ba. Anh chị vui lòng có mặt giúp ạ.",
    "Chúng tôi đã nhận được khoản thanh toán, cảm ơn anh chị.",
    "Tối thứ Bảy từ 23 giờ có bảo trì khoảng 30 phút, mong anh chị thông cảm.",
    "Báo giá đã kèm phí lắp đặt. Nếu cần điều chỉnh, anh chị cứ trả lời tại đây.",
    "Hóa đơn tháng này đã gửi, anh chị kiểm tra giúp phần địa chỉ nhé.",
)
TO_FOREIGN_CUSTOMER = (
    "Our technician will come on Tuesday at 9 a.m. Please let us know if another time suits you better.",
    "There will be about 30 minutes of maintenance on Saturday night from 11 p.m.",
    "Thank you, your payment has arrived.",
)
FROM_CUSTOMER = (
    "Mạng chập chờn từ sáng nay, nhờ bên mình kiểm tra giúp.",
    "Cho tôi hỏi có thể tăng thêm hai hộp thư từ tháng sau không?",
    "Tôi đã chuyển khoản hôm qua, nhờ xác nhận giúp.",
    "Xin gửi lại hóa đơn với mã số thuế mới.",
)
FROM_FOREIGN_CUSTOMER = (
    "Could you send the invoice to our accountant as well?",
    "The connection has been slow since Monday, please have a look.",
)
PAUSES = (
    "Khách sửa văn phòng, tạm dừng hai tháng.",
    "Tạm dừng theo mùa, khách mở lại vào tháng Năm.",
    "Chờ khách ký lại hợp đồng thuê mặt bằng.",
)
OWN_WORDS = (
    "Sáp nhập với công ty mẹ ở Hà Nội",
    "Chủ quán sang nhượng mặt bằng",
    "Khách về nước",
    "Đối thủ tặng sáu tháng miễn phí",
    "Dự án kết thúc sớm",
    "Không hài lòng với thời gian sửa chữa",
    "Chuyển sang dùng đường truyền của tòa nhà",
)
ORDER_NOTES = (
    "Báo giá có hiệu lực 30 ngày. Giá chưa gồm thuế GTGT.",
    "Thời gian lắp đặt: 3 ngày làm việc kể từ ngày xác nhận.",
    "",
    "",
)
