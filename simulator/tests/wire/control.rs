use aura_simulator::Simulator;
use http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::support::{
    Ending, WEBHOOKS, ask_token, converse, issued_token, post, raw_registration, register,
    register_as, request, send, webhook,
};

async fn read(simulator: &Simulator, path: &str) -> Value {
    let (status, body) = send(request(simulator, Method::GET, path)).await;
    assert_eq!(status, StatusCode::OK);
    body
}

async fn delete(simulator: &Simulator, path: &str) {
    let (status, _) = send(request(simulator, Method::DELETE, path)).await;
    assert_eq!(status, StatusCode::NO_CONTENT);
}

async fn order(simulator: &Simulator, fault: Value) {
    let (status, body) = send(post(simulator, "/_control/faults", fault)).await;
    assert_eq!(status, StatusCode::NO_CONTENT, "{body}");
}

#[tokio::test]
async fn registrations_are_shown_by_source() {
    let simulator = Simulator::http().unwrap();
    register(&simulator, webhook()).await;
    let body = read(&simulator, "/_control/registrations").await;
    let mut registration = body["registrations"][0].clone();
    assert!(registration.as_object_mut().unwrap().remove("at").is_some());
    let mut expected = webhook();
    expected["source"] = json!("demo");
    expected["count"] = json!(1);
    assert_eq!(registration, expected);
}

#[tokio::test]
async fn requests_are_shown_verbatim_and_those_to_the_control_interface_are_not() {
    let simulator = Simulator::http().unwrap();
    ask_token(&simulator).await;
    register(&simulator, webhook()).await;
    read(&simulator, "/_control/registrations").await;
    let body = read(&simulator, "/_control/requests").await;
    assert_eq!(body["total"].as_u64(), Some(2));
    let requests = body["requests"].as_array().unwrap();
    assert_eq!(requests.len(), 2);
    assert_eq!(requests[0]["endpoint"], "token");
    assert_eq!(requests[1]["method"], "POST");
    assert_eq!(requests[1]["path"], WEBHOOKS);
    assert_eq!(requests[1]["source"], "demo");
    assert_eq!(requests[1]["status"].as_u64(), Some(201));
    assert_eq!(requests[1]["body"], webhook());
    assert_eq!(requests[1]["raw_body"], webhook().to_string());
    let headers = requests[1]["headers"].as_array().unwrap();
    assert!(headers.contains(&json!(["authorization", "Bearer demo-token"])));
}

#[tokio::test]
async fn each_thing_is_forgotten_on_its_own() {
    let simulator = Simulator::http().unwrap();
    register(&simulator, webhook()).await;
    order(&simulator, json!({"fault": "stall"})).await;

    delete(&simulator, "/_control/requests").await;
    assert_eq!(simulator.total_requests(), 0);
    assert_eq!(simulator.registrations().len(), 1);
    delete(&simulator, "/_control/registrations").await;
    assert_eq!(simulator.registrations().len(), 0);
    let faults = read(&simulator, "/_control/faults").await;
    assert_eq!(faults["waiting"].as_u64(), Some(1));
    delete(&simulator, "/_control/faults").await;
    assert_eq!(simulator.waiting_faults(), 0);
}

#[tokio::test]
async fn a_reset_forgets_everything_but_credentials() {
    let simulator = Simulator::http().unwrap();
    let token = issued_token(&simulator).await;
    register(&simulator, webhook()).await;
    order(&simulator, json!({"fault": "stall"})).await;
    let (status, _) = send(post(&simulator, "/_control/reset", "")).await;
    assert_eq!(status, StatusCode::NO_CONTENT);
    assert!(simulator.requests().is_empty());
    assert!(simulator.registrations().is_empty());
    assert_eq!(simulator.waiting_faults(), 0);
    let (status, _) = register_as(&simulator, &token, webhook()).await;
    assert_eq!(status, StatusCode::CREATED);
}

#[tokio::test]
async fn tokens_are_revoked() {
    let simulator = Simulator::http().unwrap();
    let token = issued_token(&simulator).await;
    delete(&simulator, "/_control/tokens").await;
    let (status, _) = register_as(&simulator, &token, webhook()).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_status_is_ordered_with_all_its_limits() {
    let simulator = Simulator::http().unwrap();
    let fault = json!({
        "fault": {"status": {"code": 429, "headers": {"retry-after": "7"}, "body": "slow down"}},
        "endpoint": "webhook",
        "source": "demo",
        "times": 2,
        "applies": true,
    });
    order(&simulator, fault).await;
    ask_token(&simulator).await;
    let request = || post(&simulator, WEBHOOKS, webhook()).bearer_auth("demo-token");
    for _ in 0..2 {
        let response = request().send().await.unwrap();
        assert_eq!(response.status(), StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(response.headers()["retry-after"], "7");
        assert_eq!(response.headers()["content-type"], "text/plain");
        assert_eq!(response.bytes().await.unwrap(), "slow down");
    }
    assert_eq!(simulator.registration("demo").unwrap().count, 2);
    assert_eq!(send(request()).await.0, StatusCode::CREATED);
}

#[tokio::test]
async fn answers_of_every_kind_can_be_ordered() {
    let simulator = Simulator::http().unwrap();
    for (fault, status) in [
        (json!({"status": {"code": 503}}), 503),
        (
            json!({"body": {"content_type": "text/html", "body": "<h1>Log in</h1>"}}),
            200,
        ),
        (
            json!({"redirect": {"code": 302, "location": "https://elsewhere.example.com/"}}),
            302,
        ),
        (json!({"delay": "1ms"}), 201),
        (json!({"big_body": 100}), 200),
        (
            json!({"wrong_echo": {"url": "https://elsewhere.example.com/"}}),
            201,
        ),
        (json!("expire_token"), 401),
    ] {
        order(&simulator, json!({"fault": fault, "endpoint": "any"})).await;
        let (answered, _) = register(&simulator, webhook()).await;
        assert_eq!(answered.as_u16(), status, "{fault}");
    }
}

#[tokio::test]
async fn broken_connections_of_every_kind_can_be_ordered() {
    let simulator = Simulator::http().unwrap();
    for (fault, ending) in [
        (json!({"reset": "before_reading"}), Ending::Reset),
        (json!({"reset": "after_reading"}), Ending::Reset),
        (json!({"reset": "in_head"}), Ending::Reset),
        (json!({"reset": "in_body"}), Ending::Reset),
        (json!("truncate"), Ending::Closed),
    ] {
        order(&simulator, json!({"fault": fault})).await;
        let heard = converse(&simulator, &raw_registration());
        assert_eq!(heard.ending, ending, "{fault}");
        assert_eq!(simulator.waiting_faults(), 0);
    }
}

#[tokio::test]
async fn a_fault_can_be_ordered_forever() {
    let simulator = Simulator::http().unwrap();
    let fault = json!({"fault": {"status": {"code": 500}}, "times": "forever"});
    order(&simulator, fault).await;
    for _ in 0..3 {
        let (status, _) = register(&simulator, webhook()).await;
        assert_eq!(status, StatusCode::INTERNAL_SERVER_ERROR);
    }
}

#[tokio::test]
async fn an_order_that_makes_no_sense_is_refused_with_a_reason() {
    let simulator = Simulator::http().unwrap();
    for (fault, reason) in [
        (json!({"fault": "explode"}), "unknown variant `explode`"),
        (
            json!({"fault": "stall", "aplies": true}),
            "unknown field `aplies`",
        ),
        (
            json!({"fault": {"status": {"code": 99}}}),
            "99 is not a status from 200 to 999.",
        ),
        (
            json!({"fault": {"status": {"code": 103}}}),
            "103 is not a status from 200 to 999.",
        ),
        (
            json!({"fault": {"delay": "soon"}}),
            "\"soon\" is not a duration",
        ),
        (
            json!({"fault": {"delay": "-1s"}}),
            "\"-1s\" is not a duration",
        ),
        (
            json!({"fault": "stall", "times": -1}),
            "times must be a whole number or \"forever\".",
        ),
        (
            json!({"fault": {"reset": "before_reading"}, "applies": true}),
            "can't take effect",
        ),
    ] {
        let (status, body) = send(post(&simulator, "/_control/faults", &fault)).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{fault}");
        let message = body["message"].as_str().unwrap();
        assert!(message.contains(reason), "{message}");
    }
    assert_eq!(simulator.waiting_faults(), 0);
}

#[tokio::test]
async fn faults_leave_the_control_interface_alone() {
    let simulator = Simulator::http().unwrap();
    order(&simulator, json!({"fault": "stall", "times": "forever"})).await;
    read(&simulator, "/_control/requests").await;
}

#[tokio::test]
async fn unknown_paths_and_methods_are_refused_in_json() {
    let simulator = Simulator::http().unwrap();
    for (method, path, status) in [
        (Method::GET, "/_control/nothing", StatusCode::NOT_FOUND),
        (
            Method::PUT,
            "/_control/faults",
            StatusCode::METHOD_NOT_ALLOWED,
        ),
    ] {
        let (answered, body) = send(request(&simulator, method, path)).await;
        assert_eq!(answered, status);
        assert!(body["message"].is_string());
    }
    assert_eq!(simulator.total_requests(), 0);
}
