//! What is measured on the website.

use super::Direction::UpIsGood;
use super::Provenance::Measured;
use super::Unit::{Count, Money};
use super::{Definition, Metric, Texts};

pub(super) static DEFINITIONS: &[Definition] = &[
    Definition::additive(
        Metric::Sessions,
        Count,
        UpIsGood,
        Measured,
        Texts::new("Phiên truy cập", "Số lần có người ghé trang web của bạn."),
        Texts::new("Sessions", "Visits to your website."),
    ),
    Definition::additive(
        Metric::EngagedSessions,
        Count,
        UpIsGood,
        Measured,
        Texts::new(
            "Phiên có tương tác",
            "Phiên kéo dài trên 10 giây, xem từ hai trang trở lên hoặc có sự kiện quan trọng.",
        ),
        Texts::new(
            "Engaged sessions",
            "Visits longer than 10 seconds, with two or more pages or with a key event.",
        ),
    ),
    Definition::additive(
        Metric::ScreenPageViews,
        Count,
        UpIsGood,
        Measured,
        Texts::new("Lượt xem trang", "Số trang hoặc màn hình đã được xem."),
        Texts::new("Page views", "Pages or screens that were viewed."),
    ),
    Definition::additive(
        Metric::EventCount,
        Count,
        UpIsGood,
        Measured,
        Texts::new("Số sự kiện", "Số sự kiện được đo trên trang web."),
        Texts::new("Events", "Events measured on the website."),
    ),
    Definition::additive(
        Metric::KeyEvents,
        Count,
        UpIsGood,
        Measured,
        Texts::new(
            "Sự kiện quan trọng",
            "Số sự kiện mà bạn đã đánh dấu là quan trọng, ví dụ mua hàng hoặc gửi biểu mẫu.",
        ),
        Texts::new(
            "Key events",
            "Events that you marked as important, such as a purchase or a sent form.",
        ),
    ),
    Definition::additive(
        Metric::PurchaseRevenue,
        Money,
        UpIsGood,
        Measured,
        Texts::new(
            "Doanh thu mua hàng đo được",
            "Doanh thu từ các đơn mua mà trang web đo được.",
        ),
        Texts::new(
            "Measured purchase revenue",
            "Revenue of the purchases measured on the website.",
        ),
    ),
    Definition::additive(
        Metric::TotalRevenue,
        Money,
        UpIsGood,
        Measured,
        Texts::new(
            "Tổng doanh thu đo được",
            "Doanh thu mua hàng, đăng ký và quảng cáo mà trang web đo được.",
        ),
        Texts::new(
            "Measured total revenue",
            "Revenue of purchases, subscriptions and advertising measured on the website.",
        ),
    ),
    Definition::additive(
        Metric::Transactions,
        Count,
        UpIsGood,
        Measured,
        Texts::new(
            "Giao dịch đo được",
            "Số lần mua hàng hoàn tất mà trang web đo được.",
        ),
        Texts::new(
            "Measured transactions",
            "Completed purchases measured on the website.",
        ),
    ),
    Definition::people(
        Metric::TotalUsers,
        Texts::new(
            "Tổng số người dùng",
            "Số người đã ghé trang web; một người quay lại chỉ được tính một lần, nên không cộng các ngày với nhau.",
        ),
        Texts::new(
            "Total users",
            "People who visited; somebody who comes back counts once, so days are never added up.",
        ),
    ),
    Definition::people(
        Metric::ActiveUsers,
        Texts::new(
            "Người dùng hoạt động",
            "Số người có phiên tương tác; không cộng các ngày với nhau.",
        ),
        Texts::new(
            "Active users",
            "People with an engaged visit; days are never added up.",
        ),
    ),
    Definition::people(
        Metric::NewUsers,
        Texts::new(
            "Người dùng mới",
            "Số người ghé trang web lần đầu; giữ nguyên như nguồn gửi, không cộng các ngày với nhau.",
        ),
        Texts::new(
            "New users",
            "People who visited for the first time; kept as delivered, days are never added up.",
        ),
    ),
];
