"""Words from which the demo's customers are named. None of them is anybody."""

FAMILIES = "Nguyễn Trần Lê Phạm Huỳnh Hoàng Phan Vũ Võ Đặng Bùi Đỗ Hồ Ngô Dương Lý".split()
MIDDLE_F = "Thị Ngọc Thu Minh Bích Thanh Hồng Kim Mỹ Phương".split()
GIVEN_F = "An Anh Chi Dung Giang Hà Hạnh Hương Lan Linh Mai My Nga Nhung Oanh Quyên Thảo Trang Uyên Yến".split()
MIDDLE_M = "Văn Đức Hữu Quang Minh Thành Công Gia Xuân Anh".split()
GIVEN_M = "Bình Cường Dũng Đạt Hải Hiếu Hùng Khánh Lâm Long Nam Phong Phúc Quân Sơn Tài Thắng Toàn Tuấn Vinh".split()

# (words before the name, English word for the address of its mail)
TRADES = (
    ("Công ty TNHH Thương mại", "trading"),
    ("Công ty Cổ phần Xây dựng", "build"),
    ("Công ty TNHH Du lịch", "travel"),
    ("Công ty TNHH Nội thất", "interior"),
    ("Phòng khám Đa khoa", "clinic"),
    ("Nhà hàng", "restaurant"),
    ("Khách sạn", "hotel"),
    ("Trung tâm Anh ngữ", "english"),
    ("Công ty TNHH Phần mềm", "software"),
    ("Công ty Cổ phần Vận tải", "transport"),
    ("Công ty Luật TNHH", "law"),
    ("Trường Mầm non", "school"),
    ("Hợp tác xã Nông nghiệp", "farm"),
    ("Công ty TNHH Thủy sản", "seafood"),
    ("Văn phòng Kiến trúc", "architects"),
)
BRANDS = (
    "Hoa Sen Xanh",
    "Biển Đông",
    "Ngũ Hành",
    "Sơn Trà",
    "Mỹ Khê",
    "Trường Giang",
    "An Phát",
    "Minh Tâm",
    "Đại Lộc",
    "Hòa Xuân",
    "Thuận Phước",
    "Bà Nà",
    "Cẩm Lệ",
    "Hải Vân",
    "Phú Ninh",
    "Thái Bình Minh",
    "Ánh Dương",
    "Cánh Buồm",
    "Tam Kỳ",
    "Kim Long",
)

# (name, is a company, country)
FOREIGNERS = (
    ("Lotus Bridge Software GmbH", True, "DE"),
    ("Kaito Design Studio K.K.", True, "JP"),
    ("Blue Harbour Logistics Ltd", True, "GB"),
    ("Maple & Finch Consulting Inc.", True, "CA"),
    ("Han River Games Co., Ltd", True, "KR"),
    ("Nordlys Analytics AS", True, "NO"),
    ("Southern Cross Tutors Pty Ltd", True, "AU"),
    ("Atelier Mercier SARL", True, "FR"),
    ("Silverleaf Robotics Pte. Ltd.", True, "SG"),
    ("Golden Gate Apps LLC", True, "US"),
    ("Baltic Sound OÜ", True, "EE"),
    ("Casa Ribeiro Têxtil Lda", True, "PT"),
    ("Emily Johnson", False, "US"),
    ("Oliver Smith", False, "GB"),
    ("Hiroshi Tanaka", False, "JP"),
    ("Kim Min-jun", False, "KR"),
    ("Marie Dubois", False, "FR"),
    ("Lukas Schneider", False, "DE"),
    ("Priya Sharma", False, "IN"),
    ("Anna Kowalska", False, "PL"),
    ("Mateo García", False, "ES"),
    ("Chloé Tremblay", False, "CA"),
    ("Jack O'Brien", False, "IE"),
    ("Sofia Rossi", False, "IT"),
    ("Lars Andersen", False, "DK"),
    ("Wei Ling Tan", False, "SG"),
    ("Daniel Müller", False, "CH"),
    ("Isabella Santos", False, "BR"),
    ("Noah Williams", False, "AU"),
    ("Grace Lee", False, "NZ"),
)

STREETS = (
    "Bạch Đằng",
    "Nguyễn Văn Linh",
    "Lê Duẩn",
    "Hùng Vương",
    "Trần Phú",
    "Điện Biên Phủ",
    "Võ Nguyên Giáp",
    "Hoàng Diệu",
    "Phan Châu Trinh",
    "Ông Ích Khiêm",
    "Núi Thành",
    "2 Tháng 9",
)
# City: postcode
CITIES = {
    "Đà Nẵng": "50000",
    "Hội An": "51300",
    "Huế": "49000",
    "Tam Kỳ": "51000",
    "Quảng Ngãi": "53000",
    "Hà Nội": "10000",
    "TP. Hồ Chí Minh": "70000",
    "Quy Nhơn": "55000",
}
CITY_WEIGHTS = (58, 9, 8, 4, 4, 7, 7, 3)
# Where those live who have no office here.
FOREIGN_CITIES = {
    "AU": "Sydney",
    "BR": "São Paulo",
    "CA": "Montréal",
    "CH": "Zürich",
    "DE": "Hamburg",
    "DK": "København",
    "EE": "Tallinn",
    "ES": "Sevilla",
    "FR": "Lyon",
    "GB": "London",
    "IE": "Dublin",
    "IN": "Bengaluru",
    "IT": "Torino",
    "JP": "Fukuoka",
    "KR": "Busan",
    "NO": "Bergen",
    "NZ": "Auckland",
    "PL": "Kraków",
    "PT": "Porto",
    "SG": "Singapore",
    "US": "Seattle",
}
