//! The fields that queries may name, how they travel, and which resource may see them.

/// How a value is written in JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wire {
    /// 64-bit integer: a JSON string.
    Int64,
    /// 32-bit integer: a JSON number.
    Int32,
    /// Double: a JSON number.
    Double,
    /// Text, dates and enums: a JSON string.
    Text,
    /// A JSON boolean.
    Flag,
}

/// A field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Field {
    /// Name in queries.
    pub name: &'static str,
    /// How it travels.
    pub wire: Wire,
}

const fn field(name: &'static str, wire: Wire) -> Field {
    Field { name, wire }
}

/// All fields.
pub const FIELDS: &[Field] = &[
    field("customer.resource_name", Wire::Text),
    field("customer.id", Wire::Int64),
    field("customer.descriptive_name", Wire::Text),
    field("customer.currency_code", Wire::Text),
    field("customer.time_zone", Wire::Text),
    field("customer.status", Wire::Text),
    field("customer.manager", Wire::Flag),
    field("customer.test_account", Wire::Flag),
    field("customer.auto_tagging_enabled", Wire::Flag),
    field("customer_client.resource_name", Wire::Text),
    field("customer_client.client_customer", Wire::Text),
    field("customer_client.level", Wire::Int64),
    field("customer_client.id", Wire::Int64),
    field("customer_client.manager", Wire::Flag),
    field("customer_client.hidden", Wire::Flag),
    field("customer_client.test_account", Wire::Flag),
    field("customer_client.descriptive_name", Wire::Text),
    field("customer_client.currency_code", Wire::Text),
    field("customer_client.time_zone", Wire::Text),
    field("customer_client.status", Wire::Text),
    field("campaign.resource_name", Wire::Text),
    field("campaign.id", Wire::Int64),
    field("campaign.name", Wire::Text),
    field("campaign.status", Wire::Text),
    field("campaign.advertising_channel_type", Wire::Text),
    field("ad_group.resource_name", Wire::Text),
    field("ad_group.id", Wire::Int64),
    field("ad_group.name", Wire::Text),
    field("ad_group.status", Wire::Text),
    field("ad_group.campaign", Wire::Text),
    field("conversion_action.resource_name", Wire::Text),
    field("conversion_action.id", Wire::Int64),
    field("conversion_action.name", Wire::Text),
    field("conversion_action.status", Wire::Text),
    field("conversion_action.category", Wire::Text),
    field("conversion_action.primary_for_goal", Wire::Flag),
    field(
        "conversion_action.click_through_lookback_window_days",
        Wire::Int64,
    ),
    field(
        "conversion_action.view_through_lookback_window_days",
        Wire::Int64,
    ),
    field("segments.date", Wire::Text),
    field("segments.hour", Wire::Int32),
    field("segments.day_of_week", Wire::Text),
    field("segments.month", Wire::Text),
    field("segments.year", Wire::Int32),
    field("segments.device", Wire::Text),
    field("segments.ad_network_type", Wire::Text),
    field("segments.conversion_action", Wire::Text),
    field("segments.conversion_action_name", Wire::Text),
    field("segments.conversion_action_category", Wire::Text),
    field("metrics.impressions", Wire::Int64),
    field("metrics.clicks", Wire::Int64),
    field("metrics.cost_micros", Wire::Int64),
    field("metrics.conversions", Wire::Double),
    field("metrics.conversions_value", Wire::Double),
    field("metrics.all_conversions", Wire::Double),
    field("metrics.all_conversions_value", Wire::Double),
    field("metrics.view_through_conversions", Wire::Int64),
    field("metrics.conversions_by_conversion_date", Wire::Double),
    field("metrics.conversions_value_by_conversion_date", Wire::Double),
    field("metrics.video_trueview_views", Wire::Int64),
];

/// Resources that may follow FROM, with the resources whose fields they may show.
pub const RESOURCES: &[(&str, &[&str])] = &[
    ("customer", &["customer"]),
    ("customer_client", &["customer_client", "customer"]),
    ("campaign", &["campaign", "customer"]),
    ("ad_group", &["ad_group", "campaign", "customer"]),
    ("conversion_action", &["conversion_action", "customer"]),
];

/// Resources without metrics and segments.
pub const WITHOUT_METRICS: &[&str] = &["customer_client", "conversion_action"];

/// Segments that need a finite range of dates.
pub const OF_DATES: &[&str] = &[
    "segments.date",
    "segments.hour",
    "segments.day_of_week",
    "segments.month",
    "segments.year",
];

/// Segments that cannot stand beside metrics of delivery.
pub const OF_CONVERSIONS: &[&str] = &[
    "segments.conversion_action",
    "segments.conversion_action_name",
    "segments.conversion_action_category",
];

/// Metrics that cannot be split by conversion action.
pub const OF_DELIVERY: &[&str] = &[
    "metrics.impressions",
    "metrics.clicks",
    "metrics.cost_micros",
    "metrics.view_through_conversions",
    "metrics.video_trueview_views",
];

/// Metrics that cannot stand beside `segments.hour`.
pub const BY_DAY_ONLY: &[&str] = &["metrics.all_conversions", "metrics.all_conversions_value"];

/// The field with this name.
pub fn find(name: &str) -> Option<Field> {
    FIELDS.iter().copied().find(|field| field.name == name)
}

impl Field {
    /// The part before the point.
    pub fn resource(self) -> &'static str {
        self.name.split('.').next().unwrap_or_default()
    }

    /// Whether it is a metric.
    pub fn is_metric(self) -> bool {
        self.resource() == "metrics"
    }

    /// Whether it is a segment.
    pub fn is_segment(self) -> bool {
        self.resource() == "segments"
    }

    /// The path in JSON: parts in lowerCamelCase.
    pub fn json_path(self) -> (String, String) {
        let (resource, field) = self.name.split_once('.').unwrap_or((self.name, ""));
        (camel(resource), camel(field))
    }
}

/// `cost_micros` as `costMicros`.
pub fn camel(name: &str) -> String {
    let mut words = name.split('_');
    let first = words.next().unwrap_or_default().to_owned();
    words.fold(first, |text, word| {
        let (head, tail) = word.split_at(word.len().min(1));
        text + &head.to_uppercase() + tail
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_names_are_lower_camel() {
        let path = find("metrics.cost_micros").unwrap().json_path();
        assert_eq!(path, ("metrics".to_owned(), "costMicros".to_owned()));
        assert_eq!(camel("customer_client"), "customerClient");
    }

    #[test]
    fn renamed_fields_are_gone() {
        assert!(find("metrics.video_views").is_none());
        assert!(find("metrics.video_trueview_views").is_some());
    }
}
