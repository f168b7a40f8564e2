//! A zip: its list of files, and the few that matter unpacked.

use super::tree::{Problem, Survey, in_time};
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;
use std::time::Instant;
use zip::ZipArchive;

/// Surveys a zip; says its packed size too.
pub(super) fn survey(path: &Path, deadline: Instant) -> Result<(Survey, u64), Problem> {
    let unreadable = |error: std::io::Error| {
        Problem::new(
            format!("it can't be read: {error}"),
            "check the path and that this user may read it",
        )
    };
    let mut file = File::open(path).map_err(unreadable)?;
    let packed = file.metadata().map_err(unreadable)?.len();
    let mut beginning = Vec::new();
    (&mut file)
        .take(512)
        .read_to_end(&mut beginning)
        .and_then(|_| file.seek(SeekFrom::Start(0)))
        .map_err(unreadable)?;
    let mut archive = ZipArchive::new(file).map_err(|_| no_zip(&beginning))?;
    let mut survey = Survey::default();
    for index in 0..archive.len() {
        in_time(deadline)?;
        let (name, size, is_file) = {
            let entry = archive.by_index_raw(index).map_err(|_| damaged())?;
            let name = entry.name().map_err(|_| damaged())?.into_owned();
            (name, entry.size(), entry.is_file())
        };
        if is_file {
            let name = name.trim_start_matches("./");
            survey.add(name, size, || {
                archive
                    .by_index(index)
                    .map_err(|error| format!("can't be unpacked: {error}"))
            })?;
        }
    }
    Ok((survey, packed))
}

fn no_zip(beginning: &[u8]) -> Problem {
    if beginning.is_empty() {
        return Problem::new("the file is empty", "make the zip again");
    }
    if beginning.starts_with(b"PK") {
        return damaged();
    }
    let is_tar = beginning.get(257..262) == Some(b"ustar");
    if is_tar || beginning.starts_with(&[0x1f, 0x8b]) {
        return Problem::new(
            "it is a tar or gzip archive, not a zip",
            "Lambda takes zips; of an image, unpack the file system: docker export CONTAINER | tar x -C FOLDER, and name that folder",
        );
    }
    Problem::new(
        "it is no zip",
        "name the zip that is uploaded, a folder with what will be in it, or the root folder of an image",
    )
}

fn damaged() -> Problem {
    Problem::new(
        "it begins like a zip, but is cut off or damaged",
        "make it again, and compare its size with the original after copying",
    )
}
