use super::{
    register,
    server::{Reply, TestServer, json},
    token,
};
use crate::aura::{Error, ErrorKind};

const ENDPOINT: &str = "/panic-api/v2/notifiers/webhooks";

/// The error after one and the same answer to each attempt. `HOST` in its text is the server.
async fn error(reply: impl Fn() -> Reply + Send + Sync + 'static) -> (Error, String) {
    let server = TestServer::start(move |_, _| reply()).await;
    let error = register(&server.client(token()))
        .await
        .expect_err("an error");
    let text = error.to_string().replace(server.base.host(), "HOST");
    assert_eq!(server.received().len(), error.attempts() as usize);
    (error, text)
}

#[tokio::test]
async fn a_registration_is_sent_as_documented() {
    let server = TestServer::start(|_, _| json(201, r#"{"message":"Webhook registered"}"#)).await;
    let registered = register(&server.client(token())).await.unwrap();
    assert_eq!(registered.message.as_deref(), Some("Webhook registered"));
    assert_eq!(registered.differences, []);
    let received = server.received();
    let [request] = received.as_slice() else {
        panic!("{received:?}")
    };
    assert!(
        request
            .head
            .starts_with(&format!("POST {ENDPOINT} HTTP/1.1\r\n"))
    );
    let agent = concat!("terraform-provider-aura/", env!("CARGO_PKG_VERSION"));
    for (name, value) in [
        ("authorization", "Bearer t0k3n-of-the-source"),
        ("content-type", "application/json"),
        ("accept", "application/json"),
        ("user-agent", agent),
        ("host", server.base.host()),
    ] {
        assert_eq!(request.header(name), Some(value), "{name}");
    }
    assert_eq!(
        request.body,
        concat!(
            r#"{"url":"https://example.com/aura","events":["CALLOUT_CLOSED","NEW_CALLOUT"],"#,
            r#""method":"webhook","headers":{"X-Key":"h3ader-value"}}"#
        )
    );
}

#[tokio::test]
async fn an_answer_without_a_body_is_a_success_without_an_echo() {
    for status in [200, 204] {
        let server = TestServer::start(move |_, _| {
            Reply::Raw(format!("HTTP/1.1 {status} x\r\ncontent-length: 0\r\n\r\n"))
        })
        .await;
        let registered = register(&server.client(token())).await.unwrap();
        assert_eq!(registered.message, None);
        assert_eq!(registered.differences, []);
    }
}

#[tokio::test]
async fn another_webhook_in_the_answer_is_told() {
    let echo = r#"{"notifier":{"config":[{"url":"https://old.example","headers":{"X-Key":"h3ader-value"}}]}}"#;
    let server = TestServer::start(move |_, _| json(200, echo)).await;
    let registered = register(&server.client(token())).await.unwrap();
    let differences: Vec<_> = registered
        .differences
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(
        differences,
        ["URL: sent \"https://example.com/aura\", AURA holds \"https://old.example\""]
    );
}

#[tokio::test]
async fn a_refusal_is_final_and_quotes_aura() {
    for (status, kind) in [
        (400, ErrorKind::Rejected { status: 400 }),
        (401, ErrorKind::Unauthorized),
        (403, ErrorKind::Forbidden),
        (404, ErrorKind::NotFound),
        (409, ErrorKind::Rejected { status: 409 }),
    ] {
        let (error, text) = error(move || json(status, r#"{"message":"no such event"}"#)).await;
        assert_eq!(*error.kind(), kind);
        assert_eq!(error.attempts(), 1);
        assert_eq!(error.status(), Some(status));
        assert_eq!(error.message(), Some("no such event"));
        assert!(!error.ambiguous());
        assert!(
            text.starts_with(&format!("AURA answered {status} "))
                && text.ends_with(&format!(" to POST HOST{ENDPOINT}: \"no such event\"")),
            "{text}"
        );
    }
}

#[tokio::test]
async fn a_list_of_messages_is_one_message() {
    let (error, _) = error(|| json(400, r#"{"message":["no url","no events"]}"#)).await;
    assert_eq!(error.message(), Some("no url; no events"));
}

#[tokio::test]
async fn a_refusal_without_a_readable_message_is_its_status() {
    for body in ["", "<html>", "[]", r#"{"message":5}"#, r#"{"message":" "}"#] {
        let (_, text) = error(move || json(400, body)).await;
        assert_eq!(
            text,
            format!("AURA answered 400 Bad Request to POST HOST{ENDPOINT}")
        );
    }
}

#[tokio::test]
async fn a_refusal_whose_body_is_cut_off_is_still_a_refusal() {
    let (error, _) =
        error(|| Reply::Raw("HTTP/1.1 400 x\r\ncontent-length: 99\r\n\r\n{".to_owned())).await;
    assert_eq!(*error.kind(), ErrorKind::Rejected { status: 400 });
    assert_eq!(error.attempts(), 1);
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let elsewhere = TestServer::start(|_, _| json(200, "{}")).await;
    let target = elsewhere.base.host().to_owned();
    let location = format!("location: http://{target}/login\r\n");
    let (error, text) = error(move || Reply::Answer(307, location.clone(), String::new())).await;
    assert_eq!(elsewhere.received().len(), 0);
    assert_eq!(
        *error.kind(),
        ErrorKind::Redirect {
            host: Some(target.clone())
        }
    );
    assert_eq!(
        text,
        format!(
            "HOST{ENDPOINT} answered 307 Temporary Redirect, a redirect to {target}, which is not followed because \
             the access token would be sent there"
        )
    );
}

#[tokio::test]
async fn a_redirect_to_nowhere_is_an_error_too() {
    for (location, host) in [
        ("location: https://[\r\n", Some(None)),
        (
            "location: https://a.example:8443/x\r\n",
            Some(Some("a.example:8443")),
        ),
        ("", None),
    ] {
        let (error, _) =
            error(move || Reply::Answer(302, location.to_owned(), String::new())).await;
        let kind = match host {
            Some(host) => ErrorKind::Redirect {
                host: host.map(str::to_owned),
            },
            None => ErrorKind::Rejected { status: 302 },
        };
        assert_eq!(*error.kind(), kind);
        assert_eq!(error.attempts(), 1);
    }
}

#[tokio::test]
async fn a_login_page_is_no_success() {
    let html = "content-type: text/html\r\n".to_owned();
    let (error, text) =
        error(move || Reply::Answer(200, html.clone(), "<html>log in</html>".to_owned())).await;
    assert_eq!(*error.kind(), ErrorKind::NotJson);
    assert!(error.ambiguous());
    assert_eq!(
        text,
        format!(
            "HOST{ENDPOINT} answered 200 OK with something that is not AURA's JSON: text/html; it may come from a \
             proxy or a login page"
        )
    );
}

#[tokio::test]
async fn json_that_is_no_object_is_no_success() {
    for body in ["[]", "null", "\"ok\"", "{} {}"] {
        let (error, _) = error(move || json(200, body)).await;
        assert_eq!(*error.kind(), ErrorKind::NotJson, "{body}");
        assert_eq!(error.attempts(), 1);
    }
}

#[tokio::test]
async fn an_answer_is_read_up_to_a_mebibyte() {
    let body = |length: usize| format!(r#"{{"x":"{}"}}"#, "x".repeat(length - 8));
    let most = body(1024 * 1024);
    assert_eq!(most.len(), 1024 * 1024);
    let server = TestServer::start(move |_, _| json(200, &most)).await;
    register(&server.client(token())).await.unwrap();
    let (error, text) = error(move || json(200, &body(1024 * 1024 + 1))).await;
    assert_eq!(*error.kind(), ErrorKind::TooLarge);
    assert_eq!(error.attempts(), 1);
    assert_eq!(
        text,
        format!("HOST{ENDPOINT} answered 200 OK with more than 1 MiB")
    );
}
