//! The client against servers that misbehave: what they send is bounded, checked, and never followed elsewhere.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests"
)]

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use dpo_pipeline::frame::exchange::{Answer, Request};
use dpo_pipeline::frame::failure::{Failure, Remedy};
use dpo_pipeline::http::{AnswerLimits, HttpClient, PlatformUrls};
use flate2::Compression;
use flate2::write::GzEncoder;
use secrecy::SecretString;
use std::io::Write as _;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

const LIMITS: AnswerLimits = AnswerLimits {
    wire: 1 << 16,
    unpacked: 1 << 20,
    silence: Duration::from_mins(1),
    whole: Duration::from_mins(1),
};

const IMPATIENT: AnswerLimits = AnswerLimits {
    silence: Duration::from_millis(300),
    whole: Duration::from_millis(900),
    ..LIMITS
};

/// A server that answers every connection with these pieces, a pause before each, and counts connections.
async fn server(pieces: Vec<Vec<u8>>, pause: Duration) -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let connections = Arc::new(AtomicUsize::new(0));
    let counted = connections.clone();
    tokio::spawn(async move {
        while let Ok((mut socket, _)) = listener.accept().await {
            counted.fetch_add(1, Ordering::SeqCst);
            let mut request = [0; 4096];
            let _ = socket.read(&mut request).await;
            for piece in &pieces {
                tokio::time::sleep(pause).await;
                if socket.write_all(piece).await.is_err() {
                    break;
                }
            }
        }
    });
    (url, connections)
}

async fn ask(url: &str) -> Result<Answer, Failure> {
    ask_within(url, LIMITS).await
}

async fn ask_within(url: &str, limits: AnswerLimits) -> Result<Answer, Failure> {
    let client = HttpClient::new(PlatformUrls::everything_at(url).unwrap(), limits).unwrap();
    let token = SecretString::from("canary-token");
    let answer = client
        .send(&Request::get("platform.example", "/report"), Some(&token))
        .await?;
    answer.check_json()?;
    Ok(answer)
}

async fn answered(text: &str) -> Result<Answer, Failure> {
    ask(&server(vec![text.as_bytes().to_vec()], Duration::ZERO)
        .await
        .0)
    .await
}

fn packed(plain: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(plain).unwrap();
    encoder.finish().unwrap()
}

fn with_gzip(body: &[u8]) -> Vec<u8> {
    let head = format!(
        "HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    [head.as_bytes(), body].concat()
}

#[tokio::test]
async fn whole_answers_are_read_however_they_are_packed() {
    let plain = answered("HTTP/1.1 200 OK\r\ncontent-length: 7\r\n\r\n{\"a\":1}")
        .await
        .unwrap();
    let until_closed = answered("HTTP/1.0 200 OK\r\n\r\n{\"a\":1}").await.unwrap();
    let chunked = answered(
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\n{\"a\r\n4\r\n\":1}\r\n0\r\n\r\n",
    )
    .await
    .unwrap();
    let (url, _) = server(vec![with_gzip(&packed(b"{\"a\":1}"))], Duration::ZERO).await;
    let unpacked = ask(&url).await.unwrap();
    for answer in [plain, until_closed, chunked, unpacked] {
        assert_eq!(answer.text().unwrap(), "{\"a\":1}");
    }
}

#[tokio::test]
async fn answers_that_break_off_are_tried_again() {
    let broken = [
        "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"a\":1}",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\n{\"a\r\n",
        "HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\n{\"a",
        "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n",
        "HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 7\r\n\r\n{\"a\":1}",
        "nonsense\r\n\r\n",
        "",
    ];
    for text in broken {
        let failure = answered(text).await.unwrap_err();
        assert_eq!(failure.class.as_ref(), "transient", "{text}");
        assert_eq!(failure.remedy, Remedy::Retry, "{text}");
    }
    let whole = packed(b"{\"a\":1}");
    let cut = with_gzip(whole.get(..whole.len() - 4).unwrap());
    let (url, _) = server(vec![cut], Duration::ZERO).await;
    assert_eq!(ask(&url).await.unwrap_err().class.as_ref(), "transient");
}

#[tokio::test]
async fn answers_that_are_too_large_are_cut_off() {
    let head = b"HTTP/1.1 200 OK\r\n\r\n".to_vec();
    let endless = server(vec![head, vec![b' '; 2 << 16]], Duration::ZERO).await;
    let bomb = server(
        vec![with_gzip(&packed(&vec![b' '; 8 << 20]))],
        Duration::ZERO,
    )
    .await;
    for (url, _) in [endless, bomb] {
        let failure = ask(&url).await.unwrap_err();
        assert_eq!(failure.class.as_ref(), "too_much_data");
        assert_eq!(failure.remedy, Remedy::AskForLess);
    }
}

#[tokio::test]
async fn silence_and_trickling_end_the_wait() {
    let head = b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n".to_vec();
    let silent = server(
        vec![head.clone(), b"{".to_vec()],
        Duration::from_millis(600),
    )
    .await;
    let trickling = [vec![head], vec![b" ".to_vec(); 90]].concat();
    let trickling = server(trickling, Duration::from_millis(50)).await;
    for (url, _) in [silent, trickling] {
        let failure = ask_within(&url, IMPATIENT).await.unwrap_err();
        assert_eq!(failure.class.as_ref(), "transient");
    }
}

#[tokio::test]
async fn redirects_are_not_followed() {
    let (elsewhere, visits) =
        server(vec![b"HTTP/1.1 200 OK\r\n\r\n{}".to_vec()], Duration::ZERO).await;
    ask(&elsewhere).await.unwrap();
    assert_eq!(visits.load(Ordering::SeqCst), 1, "the counter sees a visit");
    for status in [301, 302, 303, 307, 308] {
        let text = format!(
            "HTTP/1.1 {status} Moved\r\nlocation: {elsewhere}/report\r\ncontent-length: 2\r\n\r\n{{}}"
        );
        assert_eq!(answered(&text).await.unwrap().status, status);
    }
    assert_eq!(
        visits.load(Ordering::SeqCst),
        1,
        "the token stays with the host it is for"
    );
}

#[tokio::test]
async fn a_host_that_is_nobody_is_trouble_that_passes() {
    let failure = ask("http://127.0.0.1:1").await.unwrap_err();
    assert_eq!(failure.class.as_ref(), "transient");
    assert!(!failure.sentence().contains("canary-token"));
}
