//! What is to be deployed: from the path to the checks of what was found there.

use super::arguments::{Kind, Options};
use super::report::{Finding, Report};
use super::tree::{Problem, Role, Survey};
use super::{Host, Language, fit, folder, image, layout, zip_file};
use std::path::Path;
use std::time::Instant;

/// Lambda's limit for a function and its layers, unpacked.
const MAX_UNPACKED: u64 = 250 * 1024 * 1024;
/// Lambda's limit for a zip in the request itself.
const MAX_UPLOAD: u64 = 50 * 1024 * 1024;
/// Lambda's limit for an image, unpacked.
const MAX_IMAGE: u64 = 10 * 1024 * 1024 * 1024;

/// The checks after the first, in order.
const CHECKS: [&str; 6] = ["addon", "binary", "architecture", "glibc", "size", "layout"];

/// What is at the path.
struct Artefact {
    kind: Kind,
    /// How the kind is known.
    known: &'static str,
    survey: Survey,
    /// The size of the zip, if it is one.
    packed: Option<u64>,
}

pub(super) fn check(
    report: &mut Report,
    path: &Path,
    options: &Options,
    host: &Host,
    deadline: Instant,
) {
    report.set_kind(options.kind.map_or("unknown", Kind::name));
    let begun = Instant::now();
    let artefact = match open(path, options.kind, deadline) {
        Ok(artefact) => artefact,
        Err(Problem { what, fix }) => {
            let message = format!("{}: {what}", path.display());
            report.add("path", begun, Finding::failed(message, fix));
            for name in CHECKS {
                report.skip(name, "there is nothing to look at");
            }
            return;
        }
    };
    let Artefact {
        kind,
        known,
        survey,
        packed,
    } = artefact;
    report.set_kind(kind.name());
    let message = format!(
        "{}: {}, {known}; files: {}",
        path.display(),
        described(kind, packed.is_some()),
        survey.files
    );
    report.add("path", begun, Finding::ok(message));
    let image = (kind == Kind::Image).then(|| image::check(report, &survey));
    let wanted = options.language.or(match host.language {
        Language::Rust => None,
        language => Some(language),
    });
    let begun = Instant::now();
    let finding = presence(&survey, wanted);
    let is_there = finding.is_ok();
    report.add("addon", begun, finding);
    if is_there {
        let addons = survey.addons(wanted);
        fit::check(report, &addons, image.as_ref(), options.architecture);
    } else {
        for name in ["binary", "architecture", "glibc"] {
            report.skip(name, "there is no addon to look at");
        }
    }
    report.add("size", Instant::now(), size(survey.bytes, packed, kind));
    if is_there {
        let begun = Instant::now();
        report.add("layout", begun, layout::check(&survey, kind, wanted));
    } else {
        report.skip("layout", "there is no addon to look at");
    }
}

fn described(kind: Kind, packed: bool) -> &'static str {
    match (kind, packed) {
        (Kind::Zip, true) => "a function's zip",
        (Kind::Zip, false) => "a function, unpacked",
        (Kind::Layer, true) => "a layer's zip",
        (Kind::Layer, false) => "a layer, unpacked",
        (Kind::Image, _) => "the root folder of an image",
    }
}

fn open(path: &Path, forced: Option<Kind>, deadline: Instant) -> Result<Artefact, Problem> {
    let metadata = path.metadata().map_err(|error| {
        Problem::new(
            error.to_string(),
            "check the path, and that this user may read it",
        )
    })?;
    let known = if forced.is_some() {
        "as --kind says"
    } else {
        "guessed from its content, --kind overrides"
    };
    if metadata.is_file() {
        if forced == Some(Kind::Image) {
            return Err(Problem::new(
                "an image is wanted, and this is a file",
                image::UNPACK,
            ));
        }
        let (survey, packed) = zip_file::survey(path, deadline)?;
        let artefact = Artefact {
            kind: forced.unwrap_or_else(|| layout::guess(&survey)),
            known,
            survey,
            packed: Some(packed),
        };
        not_empty(&artefact)?;
        return Ok(artefact);
    }
    if !metadata.is_dir() {
        return Err(Problem::new(
            "it is neither a file nor a folder",
            "name a zip, a folder, or the root folder of an image",
        ));
    }
    image::refuse_packed(path)?;
    let is_image = match forced {
        Some(kind) => kind == Kind::Image,
        None => image::is_root(path),
    };
    if is_image && !image::is_root(path) {
        return Err(Problem::new(
            "it is not the root folder of an image: it has neither usr and etc, nor var/lang, nor var/task",
            image::UNPACK,
        ));
    }
    let survey = folder::survey(path, is_image, deadline)?;
    let guess = if is_image {
        Kind::Image
    } else {
        layout::guess(&survey)
    };
    let artefact = Artefact {
        kind: forced.unwrap_or(guess),
        known,
        survey,
        packed: None,
    };
    not_empty(&artefact)?;
    Ok(artefact)
}

fn not_empty(artefact: &Artefact) -> Result<(), Problem> {
    if artefact.survey.files == 0 {
        return Err(Problem::new(
            "it holds no file",
            "name what will be deployed, after it was built",
        ));
    }
    Ok(())
}

/// Whether there is an addon for the language, and if not, what there is instead.
fn presence(survey: &Survey, wanted: Option<Language>) -> Finding {
    let addons = survey.addons(wanted);
    if let Some(first) = addons.first() {
        let languages: Vec<_> = [Language::Python, Language::Node]
            .into_iter()
            .filter(|language| {
                addons
                    .iter()
                    .any(|found| found.role == Role::Addon(*language))
            })
            .map(Language::name)
            .collect();
        let more = match addons.len() {
            1 => String::new(),
            count => format!(" and {} more", count - 1),
        };
        return Finding::ok(format!(
            "for {}: {}{more}",
            languages.join(" and "),
            first.path
        ));
    }
    let language = wanted.unwrap_or(Language::Python);
    let other = match language {
        Language::Node => Language::Python,
        Language::Python | Language::Rust => Language::Node,
    };
    if survey.has(Role::Addon(other)) || survey.has(Role::Package(other)) {
        return Finding::failed(
            format!(
                "holds momento-lambda for {} only, and {} is asked for",
                other.name(),
                language.name()
            ),
            format!(
                "take the one for {}, or say --language {}",
                language.name(),
                other.name()
            ),
        );
    }
    let fix = fit::install(language, None);
    if survey.has(Role::Package(language)) {
        return Finding::failed(
            format!(
                "momento-lambda for {} is there, but not its compiled part",
                language.name()
            ),
            format!(
                "install it for Lambda, not for this machine, and pack all of its files: {fix}"
            ),
        );
    }
    Finding::failed(
        format!("there is no momento-lambda for {}", language.name()),
        format!("install it into what is packed: {fix}"),
    )
}

fn size(bytes: u64, packed: Option<u64>, kind: Kind) -> Finding {
    let limit = if kind == Kind::Image {
        MAX_IMAGE
    } else {
        MAX_UNPACKED
    };
    let mut message = format!(
        "{} unpacked, of {} allowed",
        megabytes(bytes),
        megabytes(limit)
    );
    if let Some(packed) = packed {
        message = format!("{} packed, {message}", megabytes(packed));
    }
    if bytes > limit {
        return Finding::failed(
            message,
            "leave out what the function does not need, or deploy an image, which may have 10 GB; layers count too",
        );
    }
    if packed.is_some_and(|packed| packed > MAX_UPLOAD) {
        return Finding::warning(
            message,
            "a zip of more than 50 MB can't be uploaded directly: upload it to S3 and deploy it from there",
        );
    }
    Finding::ok(message)
}

fn megabytes(bytes: u64) -> String {
    let tenths = bytes.saturating_mul(10).div_ceil(1024 * 1024);
    format!("{}.{} MB", tenths / 10, tenths % 10)
}
