//! Whatever stands in a parameter: 400 or 404 with a sentence, never 500, and nothing happens to the database.

use http::StatusCode;

use crate::seed;
use crate::world::{World, request};

const CORPUS: [&str; 20] = [
    "'",
    "%22",
    "%5C",
    "%00",
    "%0a",
    "%ff",
    "';RESET%20ROLE;--",
    "');DROP%20SCHEMA%20control%20CASCADE;--",
    "set_config('role','dpo_operator',true)",
    "query_to_xml('select%201',true,false,'')",
    "$1",
    "%7Bschema%7D",
    "../../etc/passwd",
    "%F0%9F%92%A3",
    "-1",
    "99999999999999999999",
    "9999-12-31",
    "-0001-01-01",
    "null",
    "2026-02-30",
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_parameter_survives_everything() {
    let world = World::new().await;
    let cookie = world.session("ceo@a.example", Some(&world.a)).await;
    let account = seed::first_account(seed::A);
    let figures = [
        ("source", "google_ads"),
        ("account", account.as_str()),
        ("level", "account"),
        ("grain", "day"),
        ("from", "2026-10-01"),
        ("to", "2026-10-10"),
        ("limit", "10"),
        ("cursor", ""),
    ];
    let period = [
        ("from", "2026-10-01"),
        ("to", "2026-10-10"),
        ("compare", "custom"),
        ("compareFrom", "2026-09-01"),
        ("compareTo", "2026-09-10"),
    ];
    let mut asked = 0;
    for (path, parameters) in [
        ("/api/v1/figures", &figures[..]),
        ("/api/v1/overview", &period[..]),
        ("/api/v1/channels/shop", &period[..]),
    ] {
        for (broken, _) in parameters {
            for text in CORPUS {
                let pairs: Vec<String> = parameters
                    .iter()
                    .map(|(name, value)| {
                        format!("{name}={}", if name == broken { text } else { value })
                    })
                    .filter(|pair| pair != "cursor=")
                    .collect();
                let answer = world
                    .get(&format!("{path}?{}", pairs.join("&")), &cookie)
                    .await;
                let label = format!("{path} {broken}={text}: {}", answer.text);
                assert!(
                    matches!(
                        answer.status,
                        StatusCode::BAD_REQUEST | StatusCode::NOT_FOUND
                    ),
                    "{} {label}",
                    answer.status
                );
                assert!(
                    answer.json()["detail"]
                        .as_str()
                        .is_some_and(|detail| detail.len() > 20),
                    "{label}"
                );
                asked += 1;
            }
        }
    }
    for text in CORPUS {
        let answer = world
            .get(
                &format!("/api/v1/channels/{text}?from=2026-10-01&to=2026-10-10"),
                &cookie,
            )
            .await;
        assert_eq!(
            answer.status,
            StatusCode::NOT_FOUND,
            "{text}: {}",
            answer.text
        );
        let unknown = world
            .get(
                &format!("/api/v1/overview?from=2026-10-01&to=2026-10-10&sort={text}"),
                &cookie,
            )
            .await;
        assert_eq!(
            unknown.status,
            StatusCode::BAD_REQUEST,
            "{text}: {}",
            unknown.text
        );
        let forged = world
            .send(request(
                "GET",
                "/api/v1/session",
                Some("__Host-dpo=';--"),
                None,
            ))
            .await;
        assert_eq!(forged.status, StatusCode::UNAUTHORIZED);
    }
    println!("{asked} malformed requests");
    assert_eq!(
        world.get("/api/v1/sources", &cookie).await.status,
        StatusCode::OK
    );
}
