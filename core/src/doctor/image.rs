//! An image, unpacked: which C library it has, and for which processor.
//!
//! Only the root file system is taken. The layers of a saved image hide and delete each other's
//! files; `docker export` has done that work already.

use super::arguments::Architecture;
use super::binary::{Binary, Libc, Version};
use super::report::{Finding, Report};
use super::tree::{Problem, Role, Survey};
use std::path::Path;
use std::time::Instant;

/// How to come by a root folder.
pub(super) const UNPACK: &str = "unpack the image's file system and name that folder: docker create --name unpack IMAGE && docker export unpack | tar x -C FOLDER";

/// What an addon meets in an image.
#[derive(Debug)]
pub(super) struct Image {
    pub(super) architecture: Option<Architecture>,
    pub(super) libc: Option<Libc>,
    pub(super) glibc: Option<Version>,
}

/// Whether a folder looks like the root of a file system, or of Lambda's part of one.
pub(super) fn is_root(path: &Path) -> bool {
    let has = |name: &str| path.join(name).is_dir();
    has("usr") && has("etc") || has("var/lang") || has("var/task")
}

/// A saved image is named for what it is.
pub(super) fn refuse_packed(path: &Path) -> Result<(), Problem> {
    let has = |name: &str| path.join(name).exists();
    if has("oci-layout") || has("manifest.json") && has("repositories") {
        return Err(Problem::new(
            "it is a saved image (OCI or docker save), whose layers are still packed",
            UNPACK,
        ));
    }
    Ok(())
}

/// Reports the image's own C library.
pub(super) fn check(report: &mut Report, survey: &Survey) -> Image {
    let begun = Instant::now();
    let libraries: Vec<_> = survey
        .found
        .iter()
        .filter(|found| found.role == Role::Libc)
        .collect();
    let readable = libraries.iter().find_map(|found| match &found.binary {
        Some(Ok(binary)) => Some((found.path.as_str(), binary)),
        _ => None,
    });
    let unknown = Image {
        architecture: None,
        libc: None,
        glibc: None,
    };
    let (image, finding) = match (readable, libraries.first()) {
        (Some((path, binary)), _) => described(path, binary),
        (None, Some(damaged)) => {
            let reason = match &damaged.binary {
                Some(Err(reason)) => reason,
                _ => "can't be read",
            };
            (
                unknown,
                Finding::failed(format!("{}: {reason}", damaged.path), UNPACK),
            )
        }
        (None, None) => (
            unknown,
            Finding::failed(
                "it has no C library (no libc.so.6, no ld-musl), so no interpreter could run here",
                UNPACK,
            ),
        ),
    };
    report.add("image", begun, finding);
    image
}

fn described(path: &str, binary: &Binary) -> (Image, Finding) {
    let name = path.rsplit('/').next().unwrap_or_default();
    let libc = if name.starts_with("ld-musl-") {
        Libc::Musl
    } else {
        Libc::Gnu
    };
    let image = Image {
        architecture: binary.architecture,
        libc: Some(libc),
        glibc: binary.is_glibc,
    };
    let architecture = binary
        .architecture
        .map_or("a processor that Lambda does not have", Architecture::name);
    let finding = match (libc, binary.is_glibc) {
        (Libc::Musl, _) => Finding::ok(format!("musl for {architecture}: {path}")),
        (Libc::Gnu, Some((major, minor))) => {
            Finding::ok(format!("glibc {major}.{minor} for {architecture}: {path}"))
        }
        (Libc::Gnu, None) => Finding::warning(
            format!("a glibc for {architecture} that does not tell its version: {path}"),
            "see with ldd --version in the image that it is 2.17 or newer",
        ),
    };
    (image, finding)
}
