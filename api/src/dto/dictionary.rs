//! `GET /metrics`: the metric dictionary.

use serde::Serialize;
use utoipa::ToSchema;

use super::value::{ChannelId, Nature, SourceId};

/// A text in both languages of the product.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Label {
    /// Vietnamese.
    pub vi: String,
    /// English.
    pub en: String,
}

/// How to write a metric.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// A number of things; fractions occur (attributed conversions).
    Count,
    /// An amount in the figure's currency.
    Money,
    /// A plain factor, such as 4.2 for a return on ad spend.
    Ratio,
    /// A fraction to be shown in percent: 0.031 is 3.1 %.
    Percent,
}

/// Which way is good.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// More is better.
    UpIsGood,
    /// Less is better.
    DownIsGood,
    /// Neither.
    Neutral,
}

/// What a metric may be added up over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AddsOver {
    /// Days may be added.
    pub time: bool,
    /// Entities and accounts may be added.
    pub entities: bool,
}

/// Whether a term is added or taken away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Sign {
    /// Added.
    Plus,
    /// Taken away.
    Minus,
}

/// The sum of a metric in a formula.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FormulaTerm {
    /// The metric's id.
    #[schema(example = "spend")]
    pub metric: String,
    /// Added or taken away.
    pub sign: Sign,
}

/// `factor × numerator / denominator`, each a sum of terms.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Formula {
    /// 1, or 1000 for costs per thousand.
    #[schema(example = 1)]
    pub factor: u32,
    /// What is divided.
    pub numerator: Vec<FormulaTerm>,
    /// What it is divided by; empty where nothing is divided.
    pub denominator: Vec<FormulaTerm>,
}

/// One metric.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MetricDefinition {
    /// The id that figures carry.
    #[schema(example = "cost_per_conversion")]
    pub id: String,
    /// How to write it.
    pub unit: Unit,
    /// Which way is good.
    pub direction: Direction,
    /// Who says so.
    pub nature: Nature,
    /// What it may be added up over; neither for ratios.
    pub adds_over: AddsOver,
    /// For derived metrics: the formula over sums of other metrics.
    pub formula: Option<Formula>,
    /// The connectors that deliver it, or its parts.
    pub sources: Vec<SourceId>,
    /// Its name.
    pub label: Label,
    /// What it means, in a sentence.
    pub explanation: Label,
}

/// One channel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ChannelDefinition {
    /// The id that figures carry.
    pub id: ChannelId,
    /// The connectors that feed it.
    pub sources: Vec<SourceId>,
    /// Its name.
    pub label: Label,
}

/// What every figure means.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Dictionary {
    /// Metrics in the order to show them.
    pub metrics: Vec<MetricDefinition>,
    /// Channels in the order to show them.
    pub channels: Vec<ChannelDefinition>,
}
