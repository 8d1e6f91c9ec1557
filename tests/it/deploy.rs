//! What ships to run it: the image, what stands around it, and the dashboard. There need be no Docker engine
//! for these.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use serde_json::Value;

use crate::observed::{ask, numbers};
use crate::support::file;
use crate::support::process::Process;
use crate::support::{Database, On, Service, run};

fn text(name: &str) -> String {
    std::fs::read_to_string(file::path(name)).unwrap()
}

fn compose() -> Value {
    file::yaml(&file::path("docker-compose.yml"))
}

fn words(list: &Value) -> Vec<&str> {
    let list = list.as_array().map(Vec::as_slice).unwrap_or_default();
    list.iter().map(|word| word.as_str().unwrap()).collect()
}

/// The variables that a service is given.
fn variables(service: &str) -> BTreeMap<String, String> {
    let compose = compose();
    let given = compose["services"][service]["environment"].as_object();
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    given
        .unwrap()
        .iter()
        .map(|(name, value)| (name.clone(), text(value)))
        .collect()
}

/// The settings of the service, by their variables.
fn settings() -> BTreeSet<String> {
    let config = text("src/config.rs");
    let comments = config.lines().filter(|line| line.trim().starts_with("///"));
    let quoted = comments.flat_map(|line| line.split('`').skip(1).step_by(2));
    let named = quoted.filter(|name| name.starts_with("ROPA_") && name.contains("__"));
    named.map(ToOwned::to_owned).collect()
}

#[test]
fn every_image_has_its_version_and_every_port_is_of_this_machine() {
    let compose = compose();
    let services = compose["services"].as_object().unwrap();
    let names: Vec<_> = services.keys().map(String::as_str).collect();
    assert_eq!(
        names,
        ["collector", "grafana", "postgres", "prometheus", "ropa"]
    );
    for (name, service) in services {
        let image = service["image"].as_str().unwrap();
        let (_, tag) = image.split_once(':').expect("a version");
        assert!(
            tag.contains(|letter: char| letter.is_ascii_digit()),
            "{image}"
        );
        for port in words(&service["ports"]) {
            assert!(port.starts_with("127.0.0.1:"), "{name}: {port}");
        }
        // The image of the collector holds nothing that could run one.
        let healthy = service["healthcheck"]["test"].is_array();
        assert!(healthy || name == "collector", "{name} has no health check");
        for needed in services[name]["depends_on"]
            .as_object()
            .into_iter()
            .flatten()
        {
            assert!(services.contains_key(needed.0), "{name}: {}", needed.0);
        }
    }
    assert_eq!(
        services["ropa"]["image"],
        format!("ropa:{}", env!("CARGO_PKG_VERSION"))
    );
}

#[test]
fn what_is_mounted_is_there() {
    let compose = compose();
    for (name, service) in compose["services"].as_object().unwrap() {
        for volume in words(&service["volumes"]) {
            let (from, to) = volume.split_once(':').unwrap();
            if from.starts_with("./") {
                assert!(file::path(from).exists(), "{name}: {from}");
                assert!(to.ends_with(":ro"), "{name} may write {from}");
            } else {
                let named = compose["volumes"].as_object().unwrap();
                assert!(named.contains_key(from), "{name}: {from}");
            }
        }
    }
}

#[test]
fn the_image_does_not_run_as_root_and_says_whether_it_is_well() {
    let dockerfile = text("Dockerfile");
    let (_, last) = dockerfile.rsplit_once("\nFROM ").unwrap();
    let user = last.lines().find_map(|line| line.strip_prefix("USER "));
    let (user, group) = user.and_then(|user| user.split_once(':')).unwrap();
    for id in [user, group] {
        assert!(id.parse::<u32>().unwrap() > 0, "a number, not 0: {id}");
    }
    assert!(last.contains("HEALTHCHECK ") && last.contains(r#"CMD ["ropa", "health"]"#));
    assert!(last.contains(r#"ENTRYPOINT ["ropa"]"#) && last.contains(r#"CMD ["serve"]"#));
    for line in dockerfile.lines().filter(|line| line.starts_with("FROM ")) {
        assert!(line.contains(':') && !line.contains(":latest"), "{line}");
    }
    let named = dockerfile.split(|letter: char| !letter.is_alphanumeric() && letter != '_');
    let settings = settings();
    for name in named.filter(|word| word.starts_with("ROPA_")) {
        assert!(settings.contains(name), "{name} is no setting");
    }
    let version = text("Cargo.toml");
    let version = version
        .lines()
        .find_map(|line| line.strip_prefix("rust-version = "));
    let builder = format!("FROM rust:{}-", version.unwrap().trim_matches('"'));
    assert!(dockerfile.contains(&builder), "not {builder}");
}

#[test]
fn the_variables_are_settings_and_the_service_starts_with_them() {
    let settings = settings();
    assert!(settings.len() > 10, "{settings:?}");
    let mut variables = variables("ropa");
    for name in variables.keys() {
        assert!(settings.contains(name), "{name} is no setting");
    }
    let compose = compose();
    let ports = words(&compose["services"]["ropa"]["ports"]).join(" ");
    for name in ["ROPA_SERVER__LISTEN", "ROPA_OPS__LISTEN"] {
        let (_, port) = variables[name].rsplit_once(':').unwrap();
        assert!(ports.contains(&format!(":{port}")), "{name}");
    }
    let postgres = self::variables("postgres");
    let at = |name: &str| postgres[name].as_str();
    assert_eq!(
        variables["ROPA_DATABASE__URL"],
        format!(
            "postgres://{}:{}@postgres/{}",
            at("POSTGRES_USER"),
            at("POSTGRES_PASSWORD"),
            at("POSTGRES_DB")
        )
    );
    let stop = compose["services"]["ropa"]["stop_grace_period"].as_str();
    let stop: u32 = stop.unwrap().trim_end_matches('s').parse().unwrap();
    assert!(stop > 15, "it would be killed before `server.shutdown_ms`");
    // On a database of its own, on any port, and with a collector that is not there.
    variables.remove("ROPA_DATABASE__URL");
    variables.insert("ROPA_OPS__LISTEN".to_owned(), "0.0.0.0:0".to_owned());
    variables.insert(
        "ROPA_OTLP__ENDPOINT".to_owned(),
        "http://127.0.0.1:1".to_owned(),
    );
    run(async {
        let database = Database::new(On::Sqlite).await;
        let variables: Vec<_> = variables
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        let process = Process::start(&database.url, &variables);
        process.channel().await;
        process.stop();
    });
}

#[test]
fn prometheus_and_grafana_look_where_it_is() {
    let prometheus = file::yaml(&file::path("deploy/prometheus.yaml"));
    let targets = &prometheus["scrape_configs"][0]["static_configs"][0]["targets"];
    assert_eq!(words(targets), ["ropa:7422"]);
    let listen = &variables("ropa")["ROPA_OPS__LISTEN"];
    assert!(listen.ends_with(":7422"));
    let collector = file::yaml(&file::path("deploy/collector.yaml"));
    let endpoint = &collector["receivers"]["otlp"]["protocols"]["grpc"]["endpoint"];
    assert_eq!(endpoint, "0.0.0.0:4317");
    assert_eq!(
        variables("ropa")["ROPA_OTLP__ENDPOINT"],
        "http://collector:4317"
    );
    for name in ["traces", "metrics"] {
        let pipeline = &collector["service"]["pipelines"][name];
        for (part, known) in [("receivers", "receivers"), ("exporters", "exporters")] {
            for one in words(&pipeline[part]) {
                assert!(collector[known].get(one).is_some(), "{name}: {one}");
            }
        }
    }
    let folder = "deploy/grafana/provisioning";
    let source = file::yaml(&file::path(&format!(
        "{folder}/datasources/prometheus.yaml"
    )));
    assert_eq!(source["datasources"][0]["url"], "http://prometheus:9090");
    let boards = file::yaml(&file::path(&format!("{folder}/dashboards/ropa.yaml")));
    let path = boards["providers"][0]["options"]["path"].as_str().unwrap();
    let mounted = compose();
    let mounted = words(&mounted["services"]["grafana"]["volumes"]).join(" ");
    assert!(mounted.contains(&format!("./deploy/grafana/dashboards:{path}:ro")));
    let uid = &source["datasources"][0]["uid"];
    for panel in dashboard()["panels"].as_array().unwrap() {
        assert_eq!(&panel["datasource"]["uid"], uid);
    }
}

fn dashboard() -> Value {
    serde_json::from_str(&text("deploy/grafana/dashboards/ropa.json")).unwrap()
}

/// The queries of the dashboard.
fn queries() -> Vec<String> {
    let dashboard = dashboard();
    let panels = dashboard["panels"].as_array().unwrap();
    let targets = panels
        .iter()
        .flat_map(|panel| panel["targets"].as_array().unwrap());
    targets
        .map(|target| target["expr"].as_str().unwrap().to_owned())
        .collect()
}

/// A metric in a query, with the labels it is asked by.
fn asked(query: &str) -> Vec<(String, BTreeSet<String>)> {
    let letter = |c: char| c.is_alphanumeric() || c == '_';
    let grouped: BTreeSet<String> = query
        .split(" by (")
        .skip(1)
        .filter_map(|rest| rest.split_once(')'))
        .flat_map(|(labels, _)| labels.split(", ").map(ToOwned::to_owned))
        .collect();
    let mut found = Vec::new();
    for (at, _) in query.match_indices("ropa_") {
        let name: String = query[at..].chars().take_while(|c| letter(*c)).collect();
        let mut labels = grouped.clone();
        let chosen = query[at + name.len()..].strip_prefix('{');
        let chosen = chosen.and_then(|rest| rest.split_once('}'));
        for one in chosen.into_iter().flat_map(|(chosen, _)| chosen.split(',')) {
            labels.insert(one.chars().take_while(|c| letter(*c)).collect());
        }
        found.push((name, labels));
    }
    found
}

/// The metrics of a running service, each with its labels and their values.
type Told = BTreeMap<String, BTreeMap<String, BTreeSet<String>>>;

fn told(numbers: &BTreeMap<String, f64>) -> Told {
    let mut told = Told::new();
    for series in numbers.keys() {
        let (name, labels) = series.split_once('{').unwrap_or((series, ""));
        let known = told.entry(name.to_owned()).or_default();
        for label in labels.trim_end_matches('}').split("\",") {
            if let Some((label, value)) = label.split_once("=\"") {
                let value = value.trim_end_matches('"').to_owned();
                known.entry(label.to_owned()).or_default().insert(value);
            }
        }
    }
    told
}

#[test]
fn what_the_dashboard_asks_for_is_what_the_service_tells() {
    run(async {
        let database = Database::new(On::Sqlite).await;
        let service = Service::with(&database, |config| {
            "127.0.0.1:0".clone_into(&mut config.ops.listen);
        })
        .await;
        for _ in 0..3 {
            ask(&service.channel).await;
        }
        let told = told(&numbers(service.ops.as_ref().unwrap()).await);
        service.stop().await;

        let mut shown = BTreeSet::new();
        for query in queries() {
            let asked = asked(&query);
            assert!(!asked.is_empty(), "{query} asks for nothing");
            for (name, labels) in asked {
                let known = told
                    .get(&name)
                    .unwrap_or_else(|| panic!("no {name}: {query}"));
                // Prometheus gives each its instance.
                for label in labels.iter().filter(|label| *label != "instance") {
                    assert!(known.contains_key(label), "{name} has no {label}: {query}");
                }
                shown.insert(name);
            }
            for (label, value) in chosen(&query) {
                let known = told.values().filter_map(|labels| labels.get(&label));
                let mut known = known.flatten();
                assert!(
                    known.any(|one| *one == value),
                    "no {label} is {value}: {query}"
                );
            }
        }
        let parts = ["_bucket", "_sum", "_count"];
        let whole = |name: &str| {
            let part = parts.iter().find_map(|part| name.strip_suffix(part));
            part.unwrap_or(name).to_owned()
        };
        let all: BTreeSet<_> = told.keys().map(|name| whole(name)).collect();
        let shown: BTreeSet<_> = shown.iter().map(|name| whole(name)).collect();
        assert_eq!(shown, all, "the dashboard shows all there is");
        let page = text("docs/LOGGING.md");
        let rows = page
            .lines()
            .filter_map(|line| line.strip_prefix("| `ropa_"));
        let names = rows.filter_map(|row| row.split('`').next());
        let documented: BTreeSet<_> = names.map(|name| format!("ropa_{name}")).collect();
        assert_eq!(documented, all, "docs/LOGGING.md explains all there is");
    });
}

/// The values of labels that a query asks for.
fn chosen(query: &str) -> Vec<(String, String)> {
    let inside = query
        .split('{')
        .skip(1)
        .filter_map(|rest| rest.split_once('}'));
    let pairs = inside.flat_map(|(pairs, _)| pairs.split(','));
    pairs
        .filter_map(|pair| pair.split_once('='))
        .map(|(label, value)| {
            let label = label.trim_end_matches('!').to_owned();
            (label, value.trim_matches('"').to_owned())
        })
        .collect()
}

#[test]
fn health_is_asked_by_the_command() {
    run(async {
        let database = Database::new(On::Sqlite).await;
        let mut service = Service::with(&database, |config| {
            config.server.shutdown_ms = 300_000;
            config.server.grace_ms = 300_000;
        })
        .await;
        let health = |server: &str| {
            let mut command = Command::new(env!("CARGO_BIN_EXE_ropa"));
            let output = command.args(["health", "--server", server]).output();
            output.unwrap().status.code()
        };
        assert_eq!(health(&service.address), Some(0));
        assert_eq!(health("http://127.0.0.1:1"), Some(1));
        service.tell_to_stop();
        while health(&service.address) == Some(0) {}
        assert_eq!(health(&service.address), Some(1));
    });
}
