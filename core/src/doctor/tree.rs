//! What a zip or a folder holds, as far as it matters here.
//!
//! Only names and sizes are read of what is not ours; of ours the facts are kept, not the bytes.

use super::Language;
use super::binary::Binary;
use std::collections::BTreeSet;
use std::io::Read;
use std::time::Instant;

/// An addon has 7 MB, a C library 2 MB: what claims more is not read.
const MAX_FILE_BYTES: u64 = 64 * 1024 * 1024;
/// An image has some 50,000 files.
const MAX_FILES: u64 = 1_000_000;
/// Of the files that matter. A package has one or two.
const MAX_FOUND: usize = 100;

/// A file that matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// The compiled part.
    Addon(Language),
    /// The part that is not compiled.
    Package(Language),
    /// A C library, as an image has one.
    Libc,
}

/// Such a file: where it is, and what it is.
#[derive(Debug)]
pub(super) struct Found {
    /// From the root of the tree, with slashes.
    pub(super) path: String,
    pub(super) role: Role,
    /// What it says of itself, or why it can't be read. `None` where nobody looked.
    pub(super) binary: Option<Result<Binary, String>>,
}

/// Everything that is known of a tree.
#[derive(Debug, Default)]
pub(super) struct Survey {
    pub(super) files: u64,
    /// All files together, unpacked.
    pub(super) bytes: u64,
    /// The names at the top.
    pub(super) top: BTreeSet<String>,
    pub(super) found: Vec<Found>,
}

/// Why there is no survey: what is wrong, and what to do.
#[derive(Debug)]
pub(super) struct Problem {
    pub(super) what: String,
    pub(super) fix: String,
}

impl Problem {
    pub(super) fn new(what: impl Into<String>, fix: impl Into<String>) -> Self {
        Self {
            what: what.into(),
            fix: fix.into(),
        }
    }
}

impl Survey {
    /// Counts a file. `open` is called if its content matters.
    pub(super) fn add<R: Read>(
        &mut self,
        path: &str,
        size: u64,
        open: impl FnOnce() -> Result<R, String>,
    ) -> Result<(), Problem> {
        self.files += 1;
        if self.files > MAX_FILES {
            return Err(Problem::new(
                format!("it holds more than {MAX_FILES} files"),
                "name the function's own folder or zip",
            ));
        }
        self.bytes = self.bytes.saturating_add(size);
        if let Some((top, _)) = path.split_once('/')
            && self.top.len() < MAX_FOUND
            && !self.top.contains(top)
        {
            self.top.insert(top.to_owned());
        }
        let Some(role) = role(path) else {
            return Ok(());
        };
        if self.found.len() == MAX_FOUND {
            return Err(Problem::new(
                format!("it holds more than {MAX_FOUND} files of this package"),
                "name the function's own folder or zip",
            ));
        }
        let binary = match role {
            Role::Package(_) => None,
            Role::Addon(_) | Role::Libc => Some(
                open()
                    .and_then(|content| read(content, size))
                    .and_then(|content| Binary::read(&content)),
            ),
        };
        self.found.push(Found {
            path: path.to_owned(),
            role,
            binary,
        });
        Ok(())
    }

    /// The addons for a language, or for all.
    pub(super) fn addons(&self, language: Option<Language>) -> Vec<&Found> {
        let wanted = |found: &&Found| match found.role {
            Role::Addon(its) => language.is_none_or(|language| language == its),
            Role::Package(_) | Role::Libc => false,
        };
        self.found.iter().filter(wanted).collect()
    }

    /// Whether there is a file with this role.
    pub(super) fn has(&self, role: Role) -> bool {
        self.found.iter().any(|found| found.role == role)
    }
}

/// An error where the run has no more time.
pub(super) fn in_time(deadline: Instant) -> Result<(), Problem> {
    if Instant::now() < deadline {
        return Ok(());
    }
    Err(Problem::new(
        "it could not be looked through in time",
        "name the function's own folder or zip, or give a larger --timeout",
    ))
}

fn read(content: impl Read, size: u64) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    // What is announced may be a lie; what comes is counted.
    if size <= MAX_FILE_BYTES {
        content
            .take(MAX_FILE_BYTES + 1)
            .read_to_end(&mut bytes)
            .map_err(|error| format!("can't be read whole: {error}"))?;
    }
    if size > MAX_FILE_BYTES || bytes.len() as u64 > MAX_FILE_BYTES {
        return Err(format!(
            "has more than {MAX_FILE_BYTES} bytes, which no addon has"
        ));
    }
    Ok(bytes)
}

fn role(path: &str) -> Option<Role> {
    let mut parts = path.rsplit('/');
    let name = parts.next()?;
    let folder = parts.next().unwrap_or_default();
    let extension = name.rsplit_once('.').map(|(_, extension)| extension);
    if folder == "momento_lambda" {
        return match extension {
            Some("so" | "pyd" | "dylib") if name.starts_with("_native.") => {
                Some(Role::Addon(Language::Python))
            }
            _ => (name == "__init__.py").then_some(Role::Package(Language::Python)),
        };
    }
    if name.starts_with("momento-lambda.") && extension == Some("node") {
        return Some(Role::Addon(Language::Node));
    }
    if name == "package.json" && folder == "momento-lambda" && parts.next() == Some("node_modules")
    {
        return Some(Role::Package(Language::Node));
    }
    let is_musl = name.starts_with("ld-musl-") && name.ends_with(".so.1");
    (name == "libc.so.6" || is_musl).then_some(Role::Libc)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_files_that_matter_have_a_role() {
        for (path, expected) in [
            (
                "momento_lambda/_native.abi3.so",
                Some(Role::Addon(Language::Python)),
            ),
            (
                "a/momento_lambda/_native.pyd",
                Some(Role::Addon(Language::Python)),
            ),
            ("momento_lambda/_native.pyi", None),
            ("other/_native.abi3.so", None),
            (
                "python/momento_lambda/__init__.py",
                Some(Role::Package(Language::Python)),
            ),
            (
                "momento-lambda.linux-x64-gnu.node",
                Some(Role::Addon(Language::Node)),
            ),
            (
                "node_modules/momento-lambda/package.json",
                Some(Role::Package(Language::Node)),
            ),
            ("momento-lambda/package.json", None),
            ("lib64/libc.so.6", Some(Role::Libc)),
            ("lib/ld-musl-aarch64.so.1", Some(Role::Libc)),
            ("", None),
        ] {
            assert_eq!(role(path), expected, "{path}");
        }
    }

    #[test]
    fn what_is_announced_too_large_is_not_read_and_what_comes_too_large_is_not_kept() {
        assert!(read(std::io::empty(), u64::MAX).is_err());
        assert!(read(std::io::repeat(0), 10).is_err());
        assert_eq!(read(&b"abc"[..], 3), Ok(b"abc".to_vec()));
    }
}
