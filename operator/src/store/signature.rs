//! AWS signature version 4, for the few administrative requests of the embedded store.
//! Source: AWS General Reference, "Signature Version 4 signing process".

use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};

const ALGORITHM: &str = "AWS4-HMAC-SHA256";

/// Who signs, and for which region.
pub struct Signer<'a> {
    pub access_key: &'a SecretString,
    pub secret_key: &'a SecretString,
    pub region: &'a str,
}

/// What is signed: everything that decides what the request does.
pub struct Signable<'a> {
    pub method: &'a str,
    /// The path, percent-encoded.
    pub path: &'a str,
    /// The query string in canonical form: sorted, percent-encoded.
    pub query: &'a str,
    /// Headers beside the date and the hash, names in lower case, sorted; `host` is among them.
    pub headers: &'a [(&'a str, &'a str)],
    pub body: &'a [u8],
}

/// The headers that carry the signature.
pub struct Signed {
    pub date: String,
    pub content_hash: String,
    pub authorization: SecretString,
}

impl Signer<'_> {
    /// Signs a request at an instant.
    pub fn sign(&self, request: &Signable<'_>, now: Timestamp) -> Signed {
        let date = now.strftime("%Y%m%dT%H%M%SZ").to_string();
        let content_hash = hash(request.body);
        let headers = canonical_headers(request.headers, &date, &content_hash);
        let names: Vec<&str> = headers.iter().map(|(name, _)| name.as_str()).collect();
        let names = names.join(";");
        let lines: Vec<String> = headers
            .iter()
            .map(|(name, value)| format!("{name}:{}\n", value.trim()))
            .collect();
        let lines = lines.concat();
        let Signable {
            method,
            path,
            query,
            ..
        } = request;
        let canonical = format!("{method}\n{path}\n{query}\n{lines}\n{names}\n{content_hash}");
        let scope = format!("{}/{}/s3/aws4_request", &date[..8], self.region);
        let to_sign = format!(
            "{ALGORITHM}\n{date}\n{scope}\n{}",
            hash(canonical.as_bytes())
        );
        let signature = hex::encode(hmac(&self.key(&date[..8]), to_sign.as_bytes()));
        let credential = self.access_key.expose_secret();
        let authorization = format!(
            "{ALGORITHM} Credential={credential}/{scope}, SignedHeaders={names}, Signature={signature}"
        );
        Signed {
            date,
            content_hash,
            authorization: authorization.into(),
        }
    }

    fn key(&self, day: &str) -> Vec<u8> {
        let secret = format!("AWS4{}", self.secret_key.expose_secret());
        let parts = [day, self.region, "s3", "aws4_request"];
        parts
            .iter()
            .fold(secret.into_bytes(), |key, part| hmac(&key, part.as_bytes()))
    }
}

fn canonical_headers(
    headers: &[(&str, &str)],
    date: &str,
    content_hash: &str,
) -> Vec<(String, String)> {
    let signing = [("x-amz-content-sha256", content_hash), ("x-amz-date", date)];
    let mut all: Vec<(String, String)> = headers
        .iter()
        .copied()
        .chain(signing)
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    all.sort();
    all
}

fn hash(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

fn hmac(key: &[u8], bytes: &[u8]) -> Vec<u8> {
    // HMAC takes keys of any length, so this cannot fail.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else {
        return Vec::new();
    };
    mac.update(bytes);
    mac.finalize().into_bytes().to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the AWS documentation, "GET Bucket Lifecycle".
    #[test]
    fn the_published_example_gives_the_published_signature() {
        let (access_key, secret_key) = (
            "AKIAIOSFODNN7EXAMPLE".into(),
            "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY".into(),
        );
        let root = Signer {
            access_key: &access_key,
            secret_key: &secret_key,
            region: "us-east-1",
        };
        let request = Signable {
            method: "GET",
            path: "/",
            query: "lifecycle=",
            headers: &[("host", "examplebucket.s3.amazonaws.com")],
            body: b"",
        };
        let signed = root.sign(&request, "2013-05-24T00:00:00Z".parse().unwrap());
        let expected = "Signature=fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543";
        assert!(signed.authorization.expose_secret().ends_with(expected));
    }
}
