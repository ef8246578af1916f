//! Hive paths: any engine that reads Parquet finds organization, source, account, month and day in the path.

use object_store::path::Path;

use super::shape::Kind;
use crate::model::PartitionKey;

/// The path that everything of one Organization begins with: `<prefix>/org=<uid>`.
#[must_use]
pub fn organization_prefix(prefix: &str, organization_uid: &str) -> Path {
    let prefix = prefix
        .split('/')
        .filter(|part| !part.is_empty())
        .map(str::to_owned);
    prefix.chain([format!("org={organization_uid}")]).collect()
}

/// The content-addressed name of one version of a file:
/// `…/org=<uid>/kind=daily/source=…/account=…/month=YYYY-MM/day=YYYY-MM-DD/v<k>-<sha256>.parquet`.
pub(super) fn object_path(
    organization: &Path,
    kind: Kind,
    partition: &PartitionKey,
    version: i32,
    sha256: &str,
) -> Path {
    let mut path = organization
        .clone()
        .join(format!("kind={kind}"))
        .join(format!("source={}", partition.source))
        .join(format!("account={}", partition.account));
    if !partition.stream.as_str().is_empty() {
        path = path.join(format!("stream={}", partition.stream));
    }
    path.join(format!("month={}", partition.date.strftime("%Y-%m")))
        .join(format!("day={}", partition.date))
        .join(format!("v{version}-{sha256}.parquet"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Source;
    use jiff::civil::date;

    fn partition(account: &str, stream: &str) -> PartitionKey {
        let (account, stream) = (account.parse().unwrap(), stream.to_owned().into());
        PartitionKey {
            source: Source::Shopify,
            account,
            stream,
            date: date(2026, 9, 1),
        }
    }

    #[test]
    fn days_and_payloads_have_their_places() {
        let organization = organization_prefix("archives/dpo", "0a1b");
        let day = object_path(
            &organization,
            Kind::Daily,
            &partition("x.myshopify.com", ""),
            2,
            "ff",
        );
        assert_eq!(
            day.as_ref(),
            "archives/dpo/org=0a1b/kind=daily/source=shopify/account=x.myshopify.com/month=2026-09/day=2026-09-01/v2-ff.parquet"
        );
        let raw = object_path(
            &organization_prefix("", "0a1b"),
            Kind::Raw,
            &partition("x", "orders"),
            1,
            "ff",
        );
        assert!(raw.as_ref().starts_with(
            "org=0a1b/kind=raw/source=shopify/account=x/stream=orders/month=2026-09/"
        ));
    }

    #[test]
    fn an_account_cannot_leave_its_place() {
        let path = object_path(
            &organization_prefix("", "o"),
            Kind::Daily,
            &partition("../../b/org=c", ""),
            1,
            "ff",
        );
        assert!(
            path.as_ref()
                .starts_with("org=o/kind=daily/source=shopify/account=")
        );
        assert_eq!(path.parts().count(), 7);
    }
}
