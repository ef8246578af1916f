//! The description that clients are generated from, as it is served.

use crate::world::{World, request};

#[tokio::test]
async fn the_served_description_is_the_checked_in_one() {
    let world = World::new().await;
    let answer = world
        .send(request("GET", "/api/v1/openapi.json", None, None))
        .await;
    let checked_in: serde_json::Value =
        serde_json::from_str(include_str!("../../openapi.json")).unwrap();
    assert_eq!(answer.json(), checked_in);
}

#[tokio::test]
async fn every_described_route_exists() {
    let world = World::new().await;
    let document: serde_json::Value =
        serde_json::from_str(include_str!("../../openapi.json")).unwrap();
    for (path, item) in document["paths"].as_object().unwrap() {
        for method in item.as_object().unwrap().keys() {
            let path = path.replace("{channel}", "shop");
            let answer = world
                .send(request(&method.to_uppercase(), &path, None, None))
                .await;
            assert!(
                !matches!(answer.status.as_u16(), 404 | 405),
                "{method} {path}: {}",
                answer.status
            );
        }
    }
}
