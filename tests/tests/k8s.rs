//! The manifests render and say of every service what production needs to know.
//!
//! Without `kubectl` nothing can be rendered, and the test says so. The schemas are `k8s/check.sh`'s matter. No API
//! server is asked: admission, scheduling and network rules stay untested here.

use std::{
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use serde_json::Value;

const RENDERED: [&str; 3] = ["base", "overlays/city", "overlays/province"];
const SERVICES: [&str; 6] =
    ["deadline-scheduler", "evaluation", "gateway", "intake", "notification", "routing"];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("tests lies in the workspace").to_owned()
}

/// Renders one folder to its objects, or nothing where `kubectl` is not installed.
fn render(folder: &str, scratch: &Path) -> Option<Vec<Value>> {
    let rendered =
        Command::new("kubectl").args(["kustomize", folder]).current_dir(root().join("k8s")).output();
    let rendered = match rendered {
        Ok(output) => output,
        Err(error) => {
            eprintln!("skipped: kubectl cannot be run ({error})");
            return None;
        }
    };
    assert!(rendered.status.success(), "{folder}: {}", String::from_utf8_lossy(&rendered.stderr));
    let file = scratch.join("rendered.yaml");
    std::fs::write(&file, &rendered.stdout).expect("a file to render to");
    // `annotate --local` asks no server and is the one way kubectl has of turning YAML into JSON offline.
    let json = Command::new("kubectl")
        .args(["annotate", "--local", "-o", "json", "rendered=true", "-f"])
        .arg(&file)
        .stderr(Stdio::inherit())
        .output()
        .expect("kubectl ran a moment ago");
    assert!(json.status.success(), "{folder}: annotate failed");
    let objects = serde_json::Deserializer::from_slice(&json.stdout).into_iter::<Value>();
    Some(objects.collect::<Result<_, _>>().expect("kubectl writes JSON"))
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn named<'a>(objects: &'a [Value], kind: &str, name: &str) -> &'a Value {
    let found = objects.iter().find(|object| object["kind"] == kind && object["metadata"]["name"] == name);
    found.unwrap_or_else(|| panic!("no {kind} {name}"))
}

/// Checks what must hold for every pod, whatever it runs.
fn check_pod(about: &str, pod: &Value) {
    let own = &pod["securityContext"];
    assert_eq!(own["runAsNonRoot"], true, "{about}");
    assert!(own["runAsUser"].as_u64() >= Some(10_000), "{about}");
    assert_eq!(own["seccompProfile"]["type"], "RuntimeDefault", "{about}");
    assert_eq!(pod["automountServiceAccountToken"], false, "{about}");
    for container in list(&pod["containers"]) {
        let image = text(&container["image"]);
        let (_, tag) = image.rsplit_once(':').unwrap_or_else(|| panic!("{about}: {image} has no tag"));
        assert_ne!(tag, "latest", "{about}");
        assert!(container["resources"]["requests"]["memory"].is_string(), "{about}");
        assert!(container["resources"]["limits"]["memory"].is_string(), "{about}");
        let security = &container["securityContext"];
        assert_eq!(security["readOnlyRootFilesystem"], true, "{about}");
        assert_eq!(security["allowPrivilegeEscalation"], false, "{about}");
        assert_eq!(security["capabilities"]["drop"], serde_json::json!(["ALL"]), "{about}");
        for variable in list(&container["env"]) {
            let name = text(&variable["name"]);
            let secret = ["SECRET", "PASSWORD", "__URL"].iter().any(|word| name.contains(word));
            assert!(!secret || variable["value"].is_null(), "{about}: {name} must come from a Secret");
        }
    }
}

fn check_service(objects: &[Value], service: &str) {
    let deployment = named(objects, "Deployment", service);
    let pod = &deployment["spec"]["template"]["spec"];
    let container = &pod["containers"][0];
    check_pod(service, pod);
    assert_eq!(container["args"], serde_json::json!(["serve", service]));
    assert_eq!(container["livenessProbe"]["httpGet"]["path"], "/livez", "{service}");
    assert_eq!(container["readinessProbe"]["httpGet"]["path"], "/readyz", "{service}");
    assert_eq!(container["ports"][0]["containerPort"], 8080, "{service}");
    assert_eq!(pod["terminationGracePeriodSeconds"], 40, "{service}");
    assert_eq!(list(&pod["topologySpreadConstraints"]).len(), 2, "{service}");

    let labels = &deployment["spec"]["template"]["metadata"]["labels"];
    let selects = |selector: &Value| {
        let selector = selector.as_object().expect("a selector has labels");
        selector.iter().all(|(key, value)| labels[key] == *value)
    };
    assert!(selects(&deployment["spec"]["selector"]["matchLabels"]), "{service}");
    assert!(selects(&named(objects, "Service", service)["spec"]["selector"]), "{service}");
    let budget = named(objects, "PodDisruptionBudget", service);
    assert!(selects(&budget["spec"]["selector"]["matchLabels"]), "{service}");
}

#[test]
fn base_and_overlays_render_and_say_what_production_needs() {
    for folder in RENDERED {
        let scratch = tempfile::tempdir().unwrap();
        let Some(objects) = render(folder, scratch.path()) else { return };
        for service in SERVICES {
            check_service(&objects, service);
        }
        for (job, args) in [("migrate", vec!["migrate"]), ("streams", vec!["migrate", "--streams"])] {
            let pod = &named(&objects, "Job", job)["spec"]["template"]["spec"];
            check_pod(job, pod);
            assert_eq!(pod["containers"][0]["args"], serde_json::json!(args));
        }
        let ledger = &named(&objects, "CronJob", "ledger")["spec"]["jobTemplate"]["spec"]["template"]["spec"];
        check_pod("ledger", ledger);
        let deployments = objects.iter().filter(|object| object["kind"] == "Deployment").count();
        assert_eq!(deployments, SERVICES.len(), "{folder}: a Deployment that no service owns");
        assert!(
            objects.iter().all(|object| object["kind"] != "Secret"),
            "{folder}: secrets come by reference"
        );
        named(&objects, "NetworkPolicy", "nothing");
    }
}
