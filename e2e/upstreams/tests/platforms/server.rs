//! Over a real socket: bodies that travel badly, dates of the simulated clock, a graceful end.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::time::{Duration, Instant};

use dpo_upstreams::{Config, World, serve};
use tokio::net::TcpListener;
use tokio::sync::oneshot;

struct Running {
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    served: tokio::task::JoinHandle<std::io::Result<()>>,
}

async fn start() -> Running {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel();
    let world = Arc::new(World::new(Config::demo().unwrap()));
    let served = tokio::spawn(serve(world, listener, async {
        stopped.await.ok();
    }));
    Running {
        address,
        stop,
        served,
    }
}

/// Sends a request on a connection of its own and reads to the end.
async fn send(address: SocketAddr, method: &str, path: &str, body: &str) -> String {
    let request = format!(
        "{method} {path} HTTP/1.1\r\nhost: test\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    tokio::task::spawn_blocking(move || {
        let mut stream = TcpStream::connect(address).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).ok();
        String::from_utf8_lossy(&answer).into_owned()
    })
    .await
    .unwrap()
}

const GRANT: &str = "grant_type=refresh_token&client_id=demo-saigon.apps.googleusercontent.com&client_secret=demo-saigon-google-secret&refresh_token=demo-saigon-google-refresh-token";

#[tokio::test(flavor = "multi_thread")]
async fn answers_travel_as_planned() {
    let running = start().await;
    let whole = send(running.address, "POST", "/token", GRANT).await;
    assert!(
        whole.starts_with("HTTP/1.1 200 OK") && whole.ends_with('}'),
        "{whole}"
    );

    send(
        running.address,
        "POST",
        "/_control/fault",
        r#"{"source":"google_oauth","kind":"truncated"}"#,
    )
    .await;
    let cut = send(running.address, "POST", "/token", GRANT).await;
    assert!(
        cut.starts_with("HTTP/1.1 200 OK") && !cut.contains("token_type"),
        "{cut}"
    );
    assert!(
        !cut.ends_with("0\r\n\r\n"),
        "a chunked body that was cut has no last chunk"
    );

    send(
        running.address,
        "POST",
        "/_control/fault",
        r#"{"source":"google_oauth","kind":"slow","seconds":1}"#,
    )
    .await;
    let begun = Instant::now();
    let slow = send(running.address, "POST", "/token", GRANT).await;
    assert!(slow.contains("token_type") && begun.elapsed() >= Duration::from_secs(1));
}

#[tokio::test(flavor = "multi_thread")]
async fn dates_follow_the_simulated_clock() {
    let running = start().await;
    send(
        running.address,
        "POST",
        "/_control/clock",
        r#"{"now":"2026-11-01T08:49:37Z"}"#,
    )
    .await;
    let answer = send(running.address, "GET", "/healthz", "").await;
    assert_eq!(answer.to_lowercase().matches("date:").count(), 1);
    assert!(
        answer.contains("date: Sun, 01 Nov 2026 08:49:37 GMT"),
        "{answer}"
    );
}

/// Whether a planned fault has met its request.
async fn hit(address: SocketAddr) -> bool {
    let faults = send(address, "GET", "/_control/faults", "").await;
    faults.contains(r#""hits":1"#)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_running_request_ends_before_the_server_does() {
    let running = start().await;
    send(
        running.address,
        "POST",
        "/_control/fault",
        r#"{"source":"google_oauth","kind":"slow","seconds":1}"#,
    )
    .await;
    let asked = tokio::spawn(send(running.address, "POST", "/token", GRANT));
    while !hit(running.address).await {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    running.stop.send(()).unwrap();
    assert!(asked.await.unwrap().contains("token_type"));
    running.served.await.unwrap().unwrap();
}
