//! The root folder of an image, and what is only called one.

use super::elf::{ARM64, Library, X86_64, addon, glibc};
use super::tree::{NODE, PYTHON, look, look_in};

const TASK: &str = "var/task/momento_lambda/_native.abi3.so";

#[test]
fn an_image_is_judged_by_its_own_c_library() {
    let (addon, libc) = (addon(X86_64), glibc(X86_64, "2.26"));
    let files = [
        (TASK, addon.as_slice()),
        ("usr/lib64/libc.so.6", &libc),
        ("etc/os-release", b""),
    ];
    let opinion = look_in(&files, PYTHON, &[]);
    opinion.is_good();
    assert_eq!(opinion.kind, "image");
    opinion.says("image", "ok", &["glibc 2.26", "x86_64"]);
    opinion.says("architecture", "ok", &["as the image is"]);
    opinion.says("glibc", "ok", &["needs glibc 2.17, and the image has 2.26"]);
    let opinion = look_in(&files, PYTHON, &["--architecture", "arm64"]);
    opinion.is_bad("architecture", &["the image is for x86_64", "linux/arm64"]);
}

#[test]
fn an_addon_that_does_not_fit_its_image() {
    let newer = Library {
        versions: &["GLIBC_2.28"],
        ..Library::default()
    }
    .build();
    let x86_64 = addon(X86_64);
    let musl = Library {
        own_name: "",
        versions: &[],
        needed: "",
        ..Library::default()
    }
    .build();
    for (library, name, content, check, part) in [
        (
            &newer,
            "usr/lib64/libc.so.6",
            glibc(X86_64, "2.26"),
            "glibc",
            "the image has 2.26",
        ),
        (
            &x86_64,
            "lib64/libc.so.6",
            glibc(ARM64, "2.34"),
            "architecture",
            "arm64 is wanted, as the image is",
        ),
        (&x86_64, "lib/ld-musl-x86_64.so.1", musl, "glibc", "musl"),
    ] {
        let files = [(TASK, library.as_slice()), (name, &content)];
        look_in(&files, PYTHON, &["--kind", "image"]).is_bad(check, &[part]);
    }
}

#[test]
fn packages_are_found_where_images_have_them() {
    let (addon, libc) = (addon(X86_64), glibc(X86_64, "2.34"));
    for (path, language, status) in [
        (
            "var/lang/lib/python3.12/site-packages/momento_lambda/_native.abi3.so",
            PYTHON,
            "ok",
        ),
        ("opt/python/momento_lambda/_native.abi3.so", PYTHON, "ok"),
        ("function/momento_lambda/_native.abi3.so", PYTHON, "warning"),
        ("var/task/momento-lambda.linux-x64-gnu.node", NODE, "ok"),
    ] {
        let files = [
            (path, addon.as_slice()),
            ("lib64/libc.so.6", &libc),
            ("etc/a", b""),
            ("usr/a", b""),
        ];
        let opinion = look_in(&files, language, &[]);
        opinion.is_good();
        opinion.says("layout", status, &[]);
    }
}

#[test]
fn what_is_no_root_of_an_image() {
    let opinion = look_in(&[("app.py", b"")], PYTHON, &["--kind", "image"]);
    opinion.is_bad(
        "path",
        &["not the root folder of an image", "docker export"],
    );
    let opinion = look_in(&[("oci-layout", b"{}"), ("index.json", b"{}")], PYTHON, &[]);
    opinion.is_bad("path", &["saved image", "docker export"]);
    let opinion = look_in(&[(TASK, &addon(X86_64))], PYTHON, &[]);
    opinion.is_bad("image", &["no C library"]);
    let opinion = look_in(
        &[(TASK, &addon(X86_64)), ("lib64/libc.so.6", b"hello")],
        PYTHON,
        &[],
    );
    opinion.is_bad("image", &["lib64/libc.so.6", "damaged"]);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("image.tar");
    std::fs::write(&file, "").unwrap();
    look(&file, PYTHON, &["--kind", "image"]).is_bad("path", &["docker export"]);
}

#[cfg(unix)]
#[test]
fn absolute_links_of_an_image_lead_to_its_own_root() {
    use std::os::unix::fs::symlink;
    let root = super::tree::folder(&[
        (TASK, &addon(X86_64)),
        ("usr/lib64/libc-2.26.so", &glibc(X86_64, "2.26")),
        ("etc/a", b""),
    ]);
    symlink(
        "/usr/lib64/libc-2.26.so",
        root.path().join("usr/lib64/libc.so.6"),
    )
    .unwrap();
    symlink("/usr/lib64", root.path().join("lib64")).unwrap();
    symlink("/", root.path().join("usr/root")).unwrap();
    let opinion = look(root.path(), PYTHON, &[]);
    opinion.is_good();
    opinion.says("image", "ok", &["glibc 2.26", "usr/lib64/libc.so.6"]);
}
