//! Where the files are, and whether the runtime looks there.
//!
//! A layer is unpacked into `/opt`: Python looks in `python` there and its site-packages, Node in
//! `nodejs/node_modules`. A function is unpacked into `/var/task`, where Python looks at the top.

use super::Language;
use super::arguments::Kind;
use super::report::Finding;
use super::tree::{Role, Survey};

/// What a layer has at its top.
const LAYER_FOLDERS: [&str; 6] = ["python", "nodejs", "bin", "lib", "extensions", "java"];

/// A function's package or a layer, by what is at the top.
pub(super) fn guess(survey: &Survey) -> Kind {
    let top = |name: &str| survey.top.contains(name);
    let is_layer = (top("python") || top("nodejs"))
        && survey
            .found
            .iter()
            .filter(|found| matches!(found.role, Role::Addon(_) | Role::Package(_)))
            .all(|found| found.path.starts_with("python/") || found.path.starts_with("nodejs/"))
        && survey
            .top
            .iter()
            .all(|name| LAYER_FOLDERS.contains(&name.as_str()));
    if is_layer { Kind::Layer } else { Kind::Zip }
}

/// Whether the runtime finds the addons that are wanted; there is at least one.
pub(super) fn check(survey: &Survey, kind: Kind, wanted: Option<Language>) -> Finding {
    let addons = survey.addons(wanted);
    let judged = addons.iter().map(|found| {
        let language = match found.role {
            Role::Addon(language) => language,
            Role::Package(_) | Role::Libc => Language::Rust,
        };
        judge(&found.path, kind, language)
    });
    // One that is found is enough: copies elsewhere do no harm.
    let mut worst = None;
    for finding in judged {
        if finding.is_ok() {
            return whole(survey, kind, finding);
        }
        worst = worst.or(Some(finding));
    }
    worst.unwrap_or_else(|| Finding::skipped("there is no addon to look at"))
}

fn judge(path: &str, kind: Kind, language: Language) -> Finding {
    let folder = match language {
        Language::Node => path.split("node_modules/").next().unwrap_or_default(),
        Language::Python | Language::Rust => path
            .rsplit_once("momento_lambda/")
            .map_or("", |(folder, _)| folder),
    };
    match kind {
        Kind::Layer => in_layer(path, folder, language),
        Kind::Zip => in_function(path, folder, language),
        Kind::Image => in_image(path, language),
    }
}

fn in_layer(path: &str, folder: &str, language: Language) -> Finding {
    let parts: Vec<_> = folder.split('/').filter(|part| !part.is_empty()).collect();
    let is_found = match language {
        Language::Node => {
            path.contains("node_modules/")
                && match parts.as_slice() {
                    ["nodejs"] => true,
                    ["nodejs", version] => version.starts_with("node"),
                    _ => false,
                }
        }
        Language::Python | Language::Rust => match parts.as_slice() {
            ["python"] => true,
            ["python", "lib", version, "site-packages"] => version.starts_with("python3."),
            _ => false,
        },
    };
    if is_found {
        return Finding::ok(format!(
            "{path} will be under /opt, where the runtime looks"
        ));
    }
    match language {
        Language::Node => Finding::failed(
            format!("{path} is not under nodejs/node_modules/, where the runtime looks in a layer"),
            "install into a folder nodejs and pack that folder: npm install --prefix nodejs --os=linux --cpu=x64 --libc=glibc momento-lambda && zip -r layer.zip nodejs",
        ),
        Language::Python | Language::Rust => Finding::failed(
            format!(
                "{path} is not under python/ or python/lib/pythonX.Y/site-packages/, where the runtime looks in a layer"
            ),
            "install into a folder python and pack that folder: pip install --target python --platform manylinux2014_x86_64 --only-binary=:all: momento-lambda && zip -r layer.zip python",
        ),
    }
}

fn in_function(path: &str, folder: &str, language: Language) -> Finding {
    let top = path.split('/').next().unwrap_or_default();
    if top.starts_with("asset.") {
        return Finding::failed(
            format!("{path} is in one of several assets of a CDK app"),
            format!("name the one folder that is deployed, such as cdk.out/{top}"),
        );
    }
    if ["python/", "nodejs/"]
        .iter()
        .any(|layer| path.starts_with(layer))
    {
        return Finding::failed(
            format!("{path} is where a layer has it, and a function does not look there"),
            "deploy it as a layer, or pack what is inside that folder as the function",
        );
    }
    match language {
        Language::Node => Finding::ok(format!("{path} is in node_modules or beside the bundle")),
        Language::Python | Language::Rust if folder.is_empty() => {
            Finding::ok("momento_lambda is at the top, where the runtime looks")
        }
        Language::Python | Language::Rust => Finding::warning(
            format!("momento_lambda is in {folder}, and the runtime looks at the top only"),
            format!(
                "pack what is inside {folder}, or add it to PYTHONPATH as /var/task/{}",
                folder.trim_end_matches('/')
            ),
        ),
    }
}

fn in_image(path: &str, language: Language) -> Finding {
    let is_found = match language {
        Language::Node => path.contains("node_modules/") || path.starts_with("var/task/"),
        Language::Python | Language::Rust => {
            ["var/task/momento_lambda/", "opt/python/"]
                .iter()
                .any(|place| path.starts_with(place))
                || path.contains("/site-packages/")
                || path.contains("/dist-packages/")
        }
    };
    if is_found {
        return Finding::ok(format!("/{path} is where the interpreter looks"));
    }
    Finding::warning(
        format!("/{path} is where an interpreter looks only if it is told to"),
        "install the package in the Dockerfile, with pip or npm, in or above /var/task, or set PYTHONPATH",
    )
}

/// Node's addon comes in a package of its own; the other one must not be forgotten.
fn whole(survey: &Survey, kind: Kind, finding: Finding) -> Finding {
    let in_packages = survey
        .addons(Some(Language::Node))
        .iter()
        .any(|found| found.path.contains("node_modules/momento-lambda-"));
    if !in_packages || survey.has(Role::Package(Language::Node)) {
        return finding;
    }
    let message = "the addon's package is there, node_modules/momento-lambda itself is not";
    let fix =
        "pack all of node_modules; only a function that is one bundled file can do without it";
    if kind == Kind::Layer {
        Finding::failed(message, fix)
    } else {
        Finding::warning(message, fix)
    }
}
