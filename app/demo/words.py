"""The plain sentences that the demo's meetings are written with."""

TOPICS = (
    "Học tập và làm theo tư tưởng, đạo đức, phong cách Hồ Chí Minh về nêu gương",
    "Nâng cao chất lượng sinh hoạt chi bộ trong giai đoạn mới",
    "Chuyển đổi số trong công việc hằng ngày của đảng viên",
    "Phòng, chống lãng phí tại cơ quan, đơn vị",
    "Cải cách hành chính và thái độ phục vụ nhân dân",
    "Công tác phát triển đảng viên trẻ",
    "Bảo vệ nền tảng tư tưởng của Đảng trên không gian mạng",
    "Xây dựng văn hóa công sở",
    "Trách nhiệm của đảng viên tại nơi cư trú",
    "Thực hiện dân chủ ở cơ sở",
    "Công tác dân vận khéo trong tình hình mới",
    "Giữ gìn đoàn kết, thống nhất trong chi bộ",
    "An toàn lao động và bảo vệ môi trường",
    "Tự phê bình và phê bình: thực trạng và giải pháp",
)
AGENDAS = (
    "Thông tin thời sự, văn bản mới\nĐánh giá nhiệm vụ tháng trước\n"
    "Nhiệm vụ tháng tới\nThảo luận, biểu quyết kết luận\nTự chấm điểm kỳ sinh hoạt",
    "Mở đầu, điểm danh, thông qua chương trình\nBáo cáo kết quả công tác tháng\n"
    "Thảo luận\nPhân công nhiệm vụ\nKết luận, tự đánh giá",
    "Phổ biến văn bản mới\nKiểm điểm việc thực hiện nghị quyết kỳ trước\n"
    "Phương hướng tháng tới\nÝ kiến đảng viên\nThông qua nghị quyết",
)
CONTENTS = (
    "Chi bộ đánh giá việc thực hiện nhiệm vụ tháng trước, biểu dương các đồng chí hoàn thành sớm"
    " phần việc; thống nhất nhiệm vụ trọng tâm tháng tới và phân công cụ thể.",
    "Các ý kiến tập trung vào tiến độ công việc chuyên môn, nề nếp cơ quan và việc giúp đỡ"
    " quần chúng ưu tú. Chi bộ biểu quyết thông qua kết luận.",
    "Chi bộ nghe thông tin thời sự, thảo luận giải pháp nâng cao hiệu quả phối hợp giữa các bộ"
    " phận; nhắc nhở việc chấp hành giờ giấc sinh hoạt.",
    "Kiểm điểm kết quả thực hiện nghị quyết kỳ trước; phần lớn nhiệm vụ đạt tiến độ, hai việc"
    " chuyển sang tháng sau. Đảng viên phát biểu thẳng thắn, xây dựng.",
)
TASKS = (
    "Hoàn thành báo cáo chuyên môn tháng",
    "Giúp đỡ quần chúng ưu tú tìm hiểu về Đảng",
    "Rà soát hồ sơ, sổ sách của chi bộ",
    "Chuẩn bị báo cáo sinh hoạt chuyên đề quý",
    "Tổng vệ sinh, chỉnh trang khuôn viên cơ quan",
    "Theo dõi việc thu nộp đảng phí",
    "Tuyên truyền văn bản mới tới quần chúng",
    "Phối hợp công đoàn tổ chức hoạt động tập thể",
    "Cập nhật tài liệu lên sổ tay đảng viên điện tử",
    "Thăm hỏi gia đình đảng viên cao tuổi",
)
DELAYS = (
    "Đang hoàn thiện, còn chờ số liệu",
    "Đã làm một phần, tiếp tục trong tháng",
    "Lùi sang tháng sau do trùng việc chuyên môn",
)
OBSTACLES = (
    "Không còn phù hợp, chi bộ thống nhất dừng",
    "Không bố trí được kinh phí",
    "Người được giao đã chuyển công tác",
)
EXCUSES = ("Đi công tác", "Ốm", "Nghỉ phép", "Việc gia đình", "Đi học", "Trực cơ quan")
LEAVE_NOTES = {
    "EXEMPT": ("Tuổi cao, sức khỏe yếu", "Nghỉ thai sản", "Điều trị bệnh dài ngày"),
    "TEMP_OUT": ("Biệt phái", "Đi học tập trung", "Tăng cường cơ sở"),
    "TEMP_IN": ("Thực tập, học tập", "Biệt phái đến"),
    "SPECIAL_DUTY": ("Nhiệm vụ đặc biệt",),
}
POSTPONED = (
    "Trùng hội nghị của cấp trên",
    "Bí thư đi công tác đột xuất",
    "Đơn vị tập trung phòng, chống bão lũ",
    "Quá nửa đảng viên bận nhiệm vụ chuyên môn",
)
NOT_HELD = (
    "Trùng kỳ nghỉ Tết, đã báo cáo cấp trên",
    "Đơn vị thực hiện nhiệm vụ khẩn cấp cả tháng",
    "Sắp xếp lại tổ chức, chờ quyết định kiện toàn cấp ủy",
)
RETURNED = (
    "Số đảng viên có mặt chưa khớp biên bản, đề nghị rà soát",
    "Chưa nêu rõ nhiệm vụ phân công và thời hạn",
    "Chưa gửi kèm biên bản",
)
REMARKS = (
    "Cần tăng số ý kiến phát biểu.",
    "Thời lượng còn ngắn so với quy định.",
    "Nội dung chuẩn bị kỹ, điều hành tốt.",
    "Cần nêu rõ kết quả thực hiện nghị quyết kỳ trước.",
)
PLACES = ("Phòng họp cơ quan", "Hội trường", "Phòng họp tầng 2", "Phòng giao ban")
EVENING_PLACES = ("Nhà văn hóa thôn", "Nhà sinh hoạt cộng đồng", "Hội trường")
