//! When jobs run: at minutes hashed from a UID, so that tenants spread evenly and a schedule never changes by itself.

use sha2::{Digest, Sha256};

fn hashed(uid: &str, purpose: &str, range: u32) -> u32 {
    let digest = Sha256::digest(format!("{purpose}/{uid}"));
    let number = u32::from_be_bytes([digest[0], digest[1], digest[2], digest[3]]);
    number % range
}

/// Every 15 minutes at the UID's own offset.
#[must_use]
pub fn every_quarter_of_an_hour(uid: &str) -> String {
    let offset = hashed(uid, "sync", 15);
    let minutes: Vec<String> = (0..4)
        .map(|quarter| (offset + 15 * quarter).to_string())
        .collect();
    format!("{} * * * *", minutes.join(","))
}

/// Each hour at the UID's minute.
#[must_use]
pub fn hourly(uid: &str) -> String {
    format!("{} * * * *", hashed(uid, "hourly", 60))
}

/// Every three hours: accounts of other zones close their days at other hours.
#[must_use]
pub fn every_three_hours(uid: &str) -> String {
    format!("{} */3 * * *", hashed(uid, "daily", 60))
}

/// Each night between three and four.
#[must_use]
pub fn daily_archive(uid: &str) -> String {
    format!("{} 3 * * *", hashed(uid, "archive", 60))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_schedule_belongs_to_its_uid() {
        let uid = "5f0c1a52-8a3b-4f0e-9f5e-0a9d3c7b1e11";
        assert_eq!(every_quarter_of_an_hour(uid), every_quarter_of_an_hour(uid));
        let minutes: Vec<u32> = every_quarter_of_an_hour(uid)
            .split(' ')
            .next()
            .unwrap()
            .split(',')
            .map(|minute| minute.parse().unwrap())
            .collect();
        assert_eq!(minutes.len(), 4);
        assert!(minutes.windows(2).all(|pair| pair[1] - pair[0] == 15) && minutes[3] < 60);
    }

    #[test]
    fn tenants_spread_over_the_hour() {
        let used: std::collections::HashSet<String> = (0..300)
            .map(|number| hourly(&format!("uid-{number}")))
            .collect();
        assert!(used.len() > 50, "300 tenants share {} minutes", used.len());
    }
}
