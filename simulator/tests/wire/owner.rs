use std::net::TcpStream;
use std::time::Duration;

use aura_simulator::{Fault, Simulator, Source, StartError};
use http::StatusCode;

use crate::support::{Ending, converse, listen, raw_registration, register, wait_until, webhook};

#[test]
fn blocking_code_can_use_it() {
    let simulator = Simulator::http().unwrap();
    let heard = converse(&simulator, &raw_registration());
    assert!(heard.text.starts_with("HTTP/1.1 201 Created\r\n"));
    assert_eq!(heard.ending, Ending::Closed);
    let registration = simulator.registration("demo").unwrap();
    assert_eq!(registration.url, "https://hooks.example.com/aura");
}

#[tokio::test]
async fn async_code_can_use_and_drop_it() {
    let simulator = Simulator::http().unwrap();
    let (status, _) = register(&simulator, webhook()).await;
    assert_eq!(status, StatusCode::CREATED);
    drop(simulator);
}

#[test]
fn the_base_url_is_where_it_listens() {
    let simulator = Simulator::http().unwrap();
    assert_eq!(
        simulator.base_url(),
        format!("http://127.0.0.1:{}", simulator.port())
    );
}

#[test]
fn dropping_it_closes_its_connections_and_its_port() {
    let simulator = Simulator::http().unwrap();
    simulator.fault(Fault::stall());
    let address = simulator.address();
    let idle = TcpStream::connect(address).unwrap();
    let stalled = std::thread::spawn({
        let simulator_address = address;
        move || {
            use std::io::Write as _;
            let mut stream = TcpStream::connect(simulator_address).unwrap();
            stream.write_all(raw_registration().as_bytes()).unwrap();
            listen(stream)
        }
    });
    wait_until(|| simulator.total_requests() == 1);
    drop(simulator);
    assert_eq!(stalled.join().unwrap().text, "");
    assert_eq!(listen(idle).text, "");
    TcpStream::connect_timeout(&address, Duration::from_secs(5)).unwrap_err();
}

#[tokio::test]
async fn only_the_latest_requests_are_kept_while_all_are_counted() {
    let simulator = Simulator::builder().keep_requests(2).start().unwrap();
    for url in [
        "https://a.example.com/",
        "https://b.example.com/",
        "https://c.example.com/",
    ] {
        let mut body = webhook();
        body["url"] = url.into();
        register(&simulator, body).await;
    }
    let urls: Vec<_> = simulator
        .webhook_posts()
        .iter()
        .map(|post| post.body["url"].clone())
        .collect();
    assert_eq!(urls, ["https://b.example.com/", "https://c.example.com/"]);
    assert_eq!(simulator.total_requests(), 3);
}

#[tokio::test]
async fn no_requests_need_be_kept() {
    let simulator = Simulator::builder().keep_requests(0).start().unwrap();
    register(&simulator, webhook()).await;
    assert!(simulator.requests().is_empty());
    assert_eq!(simulator.total_requests(), 1);
}

#[test]
fn addresses_that_other_machines_might_reach_are_refused() {
    for address in ["0.0.0.0:0", "192.0.2.1:0", "[::]:0"] {
        let builder = Simulator::builder().listen(address.parse().unwrap());
        assert!(matches!(builder.start(), Err(StartError::NotLoopback(_))));
    }
}

#[test]
fn a_port_that_is_taken_is_refused_by_name() {
    let first = Simulator::http().unwrap();
    let error = Simulator::builder()
        .listen(first.address())
        .start()
        .unwrap_err();
    let message = error.to_string();
    let start = format!("cannot listen on {}: ", first.address());
    assert!(message.starts_with(&start), "{message}");
}

#[test]
fn what_two_sources_share_is_refused_without_naming_secrets() {
    let refusal = |one: Source, other: Source| {
        let builder = Simulator::builder().source(one).source(other);
        builder.start().unwrap_err().to_string()
    };
    assert_eq!(
        refusal(Source::new("a"), Source::new("a")),
        "two customer sources are named \"a\""
    );
    assert_eq!(
        refusal(
            Source::new("a").client("id", "1"),
            Source::new("b").client("id", "2")
        ),
        "two customer sources have client id \"id\""
    );
    assert_eq!(
        refusal(
            Source::new("a").token("s3cr3t"),
            Source::new("b").token("s3cr3t")
        ),
        "a token of customer source \"b\" is given twice: a token belongs to one source"
    );
}

#[tokio::test]
async fn debug_output_shows_no_secret() {
    let builder = Simulator::builder().source(Source::demo());
    let mut shown = format!("{builder:?}");
    let simulator = builder.start().unwrap();
    register(&simulator, webhook()).await;
    shown += &format!("{simulator:?}");
    shown += &format!("{:?} {:?}", simulator.requests(), simulator.registrations());
    assert!(shown.contains("https://hooks.example.com/aura"));
    for secret in ["demo-token", "demo-secret", "of-the-hook"] {
        assert!(!shown.contains(secret), "{secret} in {shown}");
    }
}
