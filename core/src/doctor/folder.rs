//! A folder: walked with an eye on links, which may lead in circles or out of it.
//!
//! A link inside is followed once. One that leads out is followed where it is the package itself
//! (package managers link it), since packers do so too. In an image an absolute link means the
//! image's root, not this machine's.

use super::tree::{Problem, Survey, in_time};
use std::collections::HashSet;
use std::fs::{File, Metadata};
use std::path::{Component, Path, PathBuf};
use std::time::Instant;

/// File systems that a running system mounts.
const NOT_FILES: [&str; 3] = ["proc", "sys", "dev"];
/// Deeper than any path that can be packed.
const MAX_DEPTH: usize = 100;
/// Of links that lead to links, as the kernel has it.
const MAX_LINKS: usize = 40;

pub(super) fn survey(root: &Path, is_image: bool, deadline: Instant) -> Result<Survey, Problem> {
    let canonical = root
        .canonicalize()
        .map_err(|error| unreadable("it", &error))?;
    let mut walk = Walk {
        root: canonical.clone(),
        is_image,
        deadline,
        visited: HashSet::from([canonical.clone()]),
        survey: Survey::default(),
    };
    walk.folder(&canonical, "", 0)?;
    Ok(walk.survey)
}

struct Walk {
    root: PathBuf,
    is_image: bool,
    deadline: Instant,
    /// Folders by their real paths.
    visited: HashSet<PathBuf>,
    survey: Survey,
}

impl Walk {
    /// `path` is real, `name` is how it is reached from the root: empty, or with a slash at its end.
    fn folder(&mut self, path: &Path, name: &str, depth: usize) -> Result<(), Problem> {
        if depth > MAX_DEPTH {
            return Ok(());
        }
        let mut entries = path
            .read_dir()
            .and_then(Iterator::collect::<Result<Vec<_>, _>>)
            .map_err(|error| unreadable(name, &error))?;
        // The same order everywhere, and real folders before the links to them.
        entries.sort_by_key(|entry| {
            let is_link = entry.file_type().is_ok_and(|kind| kind.is_symlink());
            (is_link, entry.file_name())
        });
        for entry in entries {
            in_time(self.deadline)?;
            let last = entry.file_name().to_string_lossy().into_owned();
            if self.is_image && depth == 0 && NOT_FILES.contains(&last.as_str()) {
                continue;
            }
            let is_link = entry.file_type().is_ok_and(|kind| kind.is_symlink());
            let real = if is_link {
                self.behind(&entry.path(), &last)
            } else {
                Some(entry.path())
            };
            let metadata = real.as_ref().map(|real| real.symlink_metadata());
            if let (Some(real), Some(Ok(metadata))) = (real, metadata) {
                self.entry(&real, &format!("{name}{last}"), &metadata, depth)?;
            }
        }
        Ok(())
    }

    fn entry(
        &mut self,
        real: &Path,
        name: &str,
        metadata: &Metadata,
        depth: usize,
    ) -> Result<(), Problem> {
        if metadata.is_dir() {
            if self.visited.insert(real.to_owned()) {
                self.folder(real, &format!("{name}/"), depth + 1)?;
            }
            return Ok(());
        }
        // Pipes and devices are not opened: they may never answer.
        if metadata.is_file() {
            let open = || File::open(real).map_err(|error| format!("can't be opened: {error}"));
            self.survey.add(name, metadata.len(), open)?;
        }
        Ok(())
    }

    /// The path behind links, or `None` where they lead nowhere or away.
    fn behind(&self, path: &Path, last: &str) -> Option<PathBuf> {
        let mut real = path.to_owned();
        if self.is_image {
            for _ in 0..MAX_LINKS {
                let Ok(target) = real.read_link() else {
                    break;
                };
                real = if target.is_absolute() {
                    let inside: PathBuf = target
                        .components()
                        .filter(|part| matches!(part, Component::Normal(_)))
                        .collect();
                    self.root.join(inside)
                } else {
                    real.parent()?.join(target)
                };
            }
        }
        let real = real.canonicalize().ok()?;
        let ours = last == "momento-lambda"
            || last == "momento_lambda"
            || last.starts_with("momento-lambda-");
        (real.starts_with(&self.root) || ours && !self.is_image).then_some(real)
    }
}

fn unreadable(name: &str, error: &std::io::Error) -> Problem {
    Problem::new(
        format!("{} can't be read: {error}", name.trim_end_matches('/')),
        "check the path and that this user may read all of it",
    )
}
