//! Folders and zips made on the fly, and the doctor's opinion of them.

use momento_lambda_core::doctor::{Host, Language, run};
use std::ffi::OsString;
use std::fs;
use std::io::{Cursor, Write};
use std::path::{Path, PathBuf};
use zip::write::SimpleFileOptions;

pub type Files<'a> = &'a [(&'a str, &'a [u8])];

pub const PYTHON: Language = Language::Python;
pub const NODE: Language = Language::Node;

pub fn folder(files: Files<'_>) -> tempfile::TempDir {
    let root = tempfile::tempdir().unwrap();
    for (name, content) in files {
        let path = root.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }
    root
}

pub fn zip_bytes(files: Files<'_>) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in files {
        writer
            .start_file(*name, SimpleFileOptions::default())
            .unwrap();
        writer.write_all(content).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// A file with this content, in a folder that goes with it.
pub fn file(content: &[u8]) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("function.zip");
    fs::write(&path, content).unwrap();
    (folder, path)
}

/// What the doctor says.
pub struct Opinion {
    pub exit_code: u8,
    pub kind: String,
    pub json: serde_json::Value,
}

impl Opinion {
    /// Status and message, with what to do.
    pub fn of(&self, check: &str) -> (String, String) {
        let checks = self.json["checks"].as_array().unwrap();
        let found = checks.iter().find(|found| found["name"] == check);
        let found = found.unwrap_or_else(|| panic!("no check {check}: {}", self.json));
        let text = |field: &str| found[field].as_str().unwrap_or_default().to_owned();
        (
            text("status"),
            format!("{} | {}", text("message"), text("fix")),
        )
    }

    #[track_caller]
    pub fn says(&self, check: &str, status: &str, parts: &[&str]) {
        let (is, message) = self.of(check);
        assert_eq!(is, status, "{check}: {message}");
        for part in parts {
            assert!(message.contains(part), "{check}: no {part:?} in: {message}");
        }
    }

    #[track_caller]
    pub fn is_bad(&self, check: &str, parts: &[&str]) {
        self.says(check, "failed", parts);
        assert_eq!(self.exit_code, 1);
        let (_, message) = self.of(check);
        assert!(!message.ends_with("| "), "no fix: {message}");
    }

    #[track_caller]
    pub fn is_good(&self) {
        assert_eq!(self.exit_code, 0, "{}", self.json);
    }
}

pub fn look(path: &Path, language: Language, options: &[&str]) -> Opinion {
    let host = Host {
        language,
        ..Host::rust()
    };
    let mut arguments: Vec<OsString> = vec![path.into(), "--json".into()];
    arguments.extend(options.iter().map(OsString::from));
    let outcome = run(arguments, &host);
    let json: serde_json::Value = serde_json::from_str(&outcome.text).unwrap();
    assert_eq!(json["ok"], outcome.exit_code == 0, "{json}");
    Opinion {
        exit_code: outcome.exit_code,
        kind: json["kind"].as_str().unwrap().to_owned(),
        json,
    }
}

pub fn look_at(content: &[u8], language: Language, options: &[&str]) -> Opinion {
    let (_folder, path) = file(content);
    look(&path, language, options)
}

pub fn look_in(files: Files<'_>, language: Language, options: &[&str]) -> Opinion {
    let folder = folder(files);
    look(folder.path(), language, options)
}
