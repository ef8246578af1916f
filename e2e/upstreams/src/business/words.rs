//! Names in the language of a business, with the quotes, commas and diacritics that real names have.

use super::catalogue::Channel;
use crate::config::Language;

/// A campaign's name; repeated kinds get a number.
pub fn campaign(language: Language, channel: Channel, repeat: usize) -> String {
    let name = match (language, channel) {
        (Language::Vi, Channel::Search) => "Tìm kiếm – Cà phê rang xay",
        (Language::Vi, Channel::PerformanceMax) => "PMax | \"Quà Tết\", toàn quốc",
        (Language::Vi, Channel::Display) => "Hiển thị – Tiếp thị lại",
        (Language::Vi, Channel::Shopping) => "Mua sắm – Phin & dụng cụ",
        (Language::Vi, Channel::Video) => "Video – Chuyện nông trại Đắk Lắk",
        (Language::De, Channel::Search) => "Suche – Kaffeebohnen",
        (Language::De, Channel::PerformanceMax) => "PMax | \"Geschenke\", deutschlandweit",
        (Language::De, Channel::Display) => "Display – Rückkehrer",
        (Language::De, Channel::Shopping) => "Shopping – Mühlen & Zubehör",
        (Language::De, Channel::Video) => "Video – Röstereigeschichten",
        (Language::En, Channel::Search) => "Search – Coffee beans",
        (Language::En, Channel::PerformanceMax) => "PMax | \"Gifts\", nationwide",
        (Language::En, Channel::Display) => "Display – Returning visitors",
        (Language::En, Channel::Shopping) => "Shopping – Grinders & tools",
        (Language::En, Channel::Video) => "Video – Stories from the roastery",
    };
    if repeat == 0 {
        name.to_owned()
    } else {
        format!("{name} ({})", repeat + 1)
    }
}

/// Titles with prices in US cents.
pub fn products(language: Language) -> &'static [(&'static str, i64)] {
    match language {
        Language::Vi => &[
            ("Cà phê Robusta Đắk Lắk 500g", 749),
            ("Cà phê Arabica Cầu Đất 250g", 899),
            ("Phin nhôm, loại lớn", 429),
            ("Cà phê chồn \"đặc biệt\" 100g", 2999),
            ("Cối xay tay", 3450),
            ("Bộ quà tặng Tết", 5499),
        ],
        Language::De => &[
            ("Espresso Hausmischung 500 g", 1290),
            ("Filterkaffee Äthiopien 250 g", 1149),
            ("Handmühle", 8900),
            ("Papierfilter, 100 Stück", 449),
            ("Kanne \"Größe 2\"", 2795),
            ("Abo-Paket Röstung des Monats", 3499),
        ],
        Language::En => &[
            ("House espresso 500 g", 1290),
            ("Ethiopia filter 250 g", 1149),
            ("Hand grinder", 8900),
            ("Paper filters, pack of 100", 449),
            ("Server, 600 ml", 2795),
            ("Roast of the month", 3499),
        ],
    }
}

/// The gift card's title.
pub fn gift_card(language: Language) -> &'static str {
    match language {
        Language::Vi => "Thẻ quà tặng",
        Language::De => "Geschenkgutschein",
        Language::En => "Gift card",
    }
}

/// Where a website's visits come from: channel group, source, medium, share in thousandths.
pub const ORGANIC_SOURCES: &[(&str, &str, &str, u64)] = &[
    ("Organic Search", "google", "organic", 420),
    ("Direct", "(direct)", "(none)", 250),
    ("Organic Social", "facebook", "social", 150),
    ("Email", "newsletter", "email", 90),
    ("Referral", "coffee-blog.example", "referral", 60),
    ("Unassigned", "(not set)", "(not set)", 30),
];

/// The channel group that GA4 gives to visits from a campaign of the kind.
pub fn channel_group(channel: Channel) -> &'static str {
    match channel {
        Channel::Search => "Paid Search",
        Channel::PerformanceMax => "Cross-network",
        Channel::Display => "Display",
        Channel::Shopping => "Paid Shopping",
        Channel::Video => "Paid Video",
    }
}

/// Pages of the website.
pub const PAGES: &[&str] = &["/", "/shop", "/product", "/blog", "/about", "/cart"];
