//! The shipped `nats.conf` lets each service do its work and nothing else. Needs a nats-server; says so where there is none.

use std::{
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::Duration,
};

use bus::{Bus, Settings};
use contracts::StoredEvent;
use ids::EventId;

struct Server {
    process: Child,
    port: u16,
    _store: tempfile::TempDir,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn program() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("tests lies in the workspace");
    match std::env::var_os("HUIYIN_NATS_BIN") {
        Some(named) => named.into(),
        None => root.join(".tools/nats/bin/nats-server"),
    }
}

fn start() -> Option<Server> {
    let free = || TcpListener::bind("127.0.0.1:0").and_then(|socket| socket.local_addr());
    let (port, monitor) = (free().expect("a free port").port(), free().expect("a free port").port());
    let store = tempfile::tempdir().expect("a folder");
    let configuration = Path::new(env!("CARGO_MANIFEST_DIR")).join("../deploy/nats/nats.conf");
    let mut command = Command::new(program());
    command.arg("-c").arg(configuration).args(["-a", "127.0.0.1"]);
    command.args(["-p", &port.to_string(), "-m", &monitor.to_string()]);
    command.env("HUIYIN_NATS_STORE", store.path()).stdout(Stdio::null()).stderr(Stdio::null());
    for user in [
        "SYS",
        "STREAMS",
        "HUIYIN",
        "INTAKE",
        "ROUTING",
        "DEADLINE_SCHEDULER",
        "NOTIFICATION",
        "EVALUATION",
        "GATEWAY",
    ] {
        command.env(format!("HUIYIN_NATS_{user}"), format!("secret-{}", user.to_lowercase()));
    }
    match command.spawn() {
        Ok(process) => Some(Server { process, port, _store: store }),
        Err(error) => {
            eprintln!("skipped: {} cannot be run ({error})", program().display());
            None
        }
    }
}

async fn connect(server: &Server, user: &str) -> Bus {
    let url = format!("nats://{user}:secret-{user}@127.0.0.1:{}", server.port);
    let settings = Settings { url, name: user.to_owned(), replicas: 1 };
    let bus = Bus::connect(&settings).await.expect("an address that can be read");
    for _ in 0..500 {
        if bus.is_connected() {
            return bus;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("{user} was not let in");
}

fn event(source: &str) -> StoredEvent {
    StoredEvent {
        id: EventId::fresh(),
        source: source.to_owned(),
        aggregate: EventId::fresh().0,
        version: 1,
        kind: "case.withdrawn".to_owned(),
        region: "511600".to_owned(),
        time: jiff::Timestamp::UNIX_EPOCH,
        actor: "system".to_owned(),
        causation: None,
        trace: None,
        historic: false,
        payload: "{}".to_owned(),
    }
}

#[tokio::test]
async fn each_service_speaks_in_its_own_name_and_makes_no_stream() {
    let Some(server) = start() else { return };
    let operator = connect(&server, "streams").await;
    bus::ensure_streams(&operator).await.expect("the operator makes streams");
    bus::ensure_streams(&operator).await.expect("and may repeat it");
    bus::ensure_consumer(&operator, "routing", std::time::Duration::from_secs(30))
        .await
        .expect("the operator makes consumers");

    let (intake, routing) = (connect(&server, "intake").await, connect(&server, "routing").await);
    assert_eq!(intake.publish(&[(&event("intake"), 0)]).await, [Ok(())]);
    let mut heard = routing.subscribe("routing", 10).await.expect("routing reads its own consumer");
    let deliveries = heard.next().await.expect("the event arrives");
    assert_eq!(deliveries[0].event().expect("the envelope is whole").source, "intake");
    deliveries[0].done().await;

    // Refusals show as silence, so these wait for their timeouts, all at once.
    let forged = event("intake");
    let forged = [(&forged, 0)];
    let (forgery, eavesdropping, stream) = tokio::join!(
        routing.publish(&forged),
        intake.subscribe("routing", 10),
        bus::ensure_streams(&intake),
    );
    assert!(forgery[0].is_err(), "routing must not speak as intake");
    assert!(eavesdropping.is_err(), "intake must not read routing's consumer");
    assert!(stream.is_err(), "a service must not make streams");
}
