//! What Shopify answers, as far as it is read.

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::frame::number::WireNumber;
use crate::frame::wire::{Nodes, WireText};

/// The envelope of every answer; failures were sorted out before.
#[derive(Deserialize)]
#[serde(bound = "T: serde::de::DeserializeOwned")]
pub struct Envelope<T> {
    pub data: Option<T>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ShopAnswer {
    pub shop: Option<Shop>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ScopesAnswer {
    pub current_app_installation: Option<Installation>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[derive(Default)]
pub struct Shop {
    pub name: WireText,
    pub currency_code: WireText,
    pub iana_timezone: WireText,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Installation {
    #[serde(default)]
    pub access_scopes: Nodes<Scope>,
}

#[derive(Deserialize)]
pub struct Scope {
    #[serde(default)]
    pub handle: WireText,
}

#[derive(Deserialize)]
pub struct OrdersAnswer {
    pub orders: Option<Nodes<Box<RawValue>>>,
}

#[derive(Deserialize)]
pub struct OrderAnswer {
    pub order: Option<Box<RawValue>>,
}

/// The parts of one order that a follow-up asks for.
#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
pub struct OrderParts {
    pub line_items: Nodes<LineItem>,
    pub refunds: Nodes<Refund>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Order {
    pub id: WireText,
    #[serde(default)]
    pub created_at: WireText,
    #[serde(default)]
    pub processed_at: WireText,
    #[serde(default)]
    pub updated_at: WireText,
    #[serde(default)]
    pub cancelled_at: WireText,
    #[serde(default)]
    pub test: Option<bool>,
    #[serde(default)]
    pub display_financial_status: WireText,
    #[serde(default)]
    pub source_name: WireText,
    #[serde(default)]
    pub currency_code: WireText,
    #[serde(default)]
    pub total_price_set: MoneyBag,
    #[serde(default)]
    pub total_discounts_set: MoneyBag,
    #[serde(default)]
    pub total_tax_set: MoneyBag,
    #[serde(default)]
    pub total_shipping_price_set: MoneyBag,
    #[serde(default)]
    pub line_items: Nodes<LineItem>,
    #[serde(default)]
    pub refunds: Nodes<Refund>,
}

/// An amount in the shop's currency; what the customer saw (`presentmentMoney`) is not read.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", from = "Option<MoneyBagForm>")]
pub struct MoneyBag {
    pub shop_money: Money,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct MoneyBagForm {
    #[serde(default)]
    shop_money: Option<Money>,
}

impl From<Option<MoneyBagForm>> for MoneyBag {
    fn from(form: Option<MoneyBagForm>) -> Self {
        Self {
            shop_money: form.and_then(|form| form.shop_money).unwrap_or_default(),
        }
    }
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Money {
    pub amount: WireNumber,
    pub currency_code: WireText,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct LineItem {
    pub quantity: WireNumber,
    pub is_gift_card: Option<bool>,
    pub original_unit_price_set: MoneyBag,
    pub discounted_total_set: MoneyBag,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Refund {
    pub id: WireText,
    pub created_at: WireText,
    pub transactions: Nodes<Transaction>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Transaction {
    pub kind: WireText,
    pub status: WireText,
    pub amount_set: MoneyBag,
}
