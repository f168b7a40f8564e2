//! The cases of the behaviour sets: each argument of a set in the place of each argument of its kind.

use serde_json::{Map, Value, json};
use std::path::Path;

/// All of them, in one list for each set, with its name.
pub fn cases(vectors: &Path, operations: &Value) -> Vec<(String, Vec<Value>)> {
    let calls = super::read(&vectors.join("sets/calls.json"));
    let calls = calls.as_object().expect("calls");
    let mut all = vec![("calls".to_owned(), good(calls))];
    for path in super::json_files(&vectors.join("sets")) {
        let name = path.file_stem().expect("a name").display().to_string();
        if name != "calls" {
            let set = super::read(&path);
            all.push((name, expanded(&set, calls, operations)));
        }
    }
    all
}

fn good(calls: &Map<String, Value>) -> Vec<Value> {
    calls
        .iter()
        .map(|(operation, call)| case(operation, operation, call, &json!({"accepted": true})))
        .collect()
}

fn expanded(set: &Value, calls: &Map<String, Value>, operations: &Value) -> Vec<Value> {
    let among = |list: &Value, name: &Value| {
        list.as_array()
            .is_some_and(|names| names.iter().any(|one| one == name))
    };
    let mut cases = Vec::new();
    for operation in operations["operations"].as_array().expect("operations") {
        let name = operation["name"].as_str().expect("a name");
        let arguments = operation["arguments"].as_array().expect("arguments");
        for argument in arguments.iter().filter(|argument| {
            argument["kind"] == set["kind"]
                && (set["names"].is_null() || among(&set["names"], &argument["name"]))
                && !among(&set["except"], &operation["name"])
        }) {
            let argument = argument["name"].as_str().expect("a name");
            for wanted in set["cases"].as_array().expect("cases") {
                let title = format!("{name}, {argument}: {}", wanted["name"]);
                let mut call = calls[name].clone();
                call["arguments"][argument] = wanted["argument"].clone();
                cases.push(case(&title, name, &call, wanted));
            }
        }
    }
    cases
}

/// A call and what is to come of it, as one case.
fn case(title: &str, operation: &str, call: &Value, wanted: &Value) -> Value {
    let mut case = call.clone();
    case["name"] = json!(title);
    case["operation"] = json!(operation);
    for field in ["error", "accepted", "rust"] {
        if let Some(value) = wanted.get(field) {
            case[field] = value.clone();
        }
    }
    case
}
