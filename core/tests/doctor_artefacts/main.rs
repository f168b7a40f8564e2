//! The doctor's opinion of what is to be deployed: zips, layers, folders and images made here.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test says what failed by panicking"
)]

mod any_bytes;
mod elf;
mod images;
mod tree;

use elf::{ARM64, Library, X86_64, addon};
use tree::{NODE, PYTHON, folder, look, look_at, look_in, zip_bytes};

const NODE_ADDON: &str =
    "node_modules/momento-lambda-linux-x64-gnu/momento-lambda.linux-x64-gnu.node";
const NODE_PACKAGE: &str = "node_modules/momento-lambda/package.json";
const PYTHON_ADDON: &str = "momento_lambda/_native.abi3.so";

#[test]
fn a_folder_may_be_named_as_keys_begin() {
    // As one in sixty thousand folders for temporary files is.
    let folder = tempfile::Builder::new().prefix("eyJ").tempdir().unwrap();
    assert!(look(folder.path(), PYTHON, &[]).exit_code <= 1);
}

#[test]
fn a_good_function_is_told_where_it_runs() {
    let addon = addon(ARM64);
    let files = [(PYTHON_ADDON, addon.as_slice()), ("app.py", b"")];
    let opinion = look_at(&zip_bytes(&files), PYTHON, &["--architecture", "arm64"]);
    opinion.is_good();
    assert_eq!(opinion.kind, "zip");
    opinion.says("path", "ok", &["a function's zip", "files: 2"]);
    opinion.says("addon", "ok", &["python", PYTHON_ADDON]);
    opinion.says("binary", "ok", &["ELF", "arm64"]);
    opinion.says("architecture", "ok", &["arm64, as --architecture says"]);
    opinion.says("glibc", "ok", &["2.17", "nodejs16.x", "python3.12"]);
    opinion.says("size", "ok", &["of 250.0 MB"]);
    opinion.says("layout", "ok", &["at the top"]);
    let unpacked = look_in(&files, PYTHON, &[]);
    unpacked.is_good();
    unpacked.says("path", "ok", &["unpacked"]);
    unpacked.says("architecture", "ok", &["arm64"]);
}

#[test]
fn a_good_node_function_and_its_bundle() {
    let addon = addon(X86_64);
    let files = [(NODE_ADDON, addon.as_slice()), (NODE_PACKAGE, b"{}")];
    look_at(&zip_bytes(&files), NODE, &[]).is_good();
    let bundle = [("momento-lambda.linux-x64-gnu.node", addon.as_slice())];
    look_at(&zip_bytes(&bundle), NODE, &[]).is_good();
    let forgotten = look_at(&zip_bytes(&files[..1]), NODE, &[]);
    forgotten.says("layout", "warning", &["momento-lambda itself"]);
}

#[test]
fn a_zip_without_the_addon() {
    let opinion = look_at(&zip_bytes(&[("app.py", b"")]), PYTHON, &[]);
    opinion.is_bad("addon", &["no momento-lambda for python", "pip install"]);
    opinion.says("layout", "skipped", &[]);
    let package = zip_bytes(&[("momento_lambda/__init__.py", b"")]);
    look_at(&package, PYTHON, &[]).is_bad("addon", &["not its compiled part"]);
    let package = zip_bytes(&[(NODE_PACKAGE, b"{}")]);
    look_at(&package, NODE, &[]).is_bad("addon", &["not its compiled part", "npm install"]);
}

#[test]
fn the_wrong_processor_and_different_ones() {
    let (x86_64, arm64) = (addon(X86_64), addon(ARM64));
    let zip = zip_bytes(&[(PYTHON_ADDON, &x86_64)]);
    let opinion = look_at(&zip, PYTHON, &["--architecture", "arm64"]);
    opinion.is_bad(
        "architecture",
        &["arm64 is wanted", "x86_64", "manylinux2014_aarch64"],
    );
    let both = zip_bytes(&[
        (
            "node_modules/momento-lambda-linux-x64-gnu/momento-lambda.linux-x64-gnu.node",
            &x86_64,
        ),
        (
            "node_modules/momento-lambda-linux-arm64-gnu/momento-lambda.linux-arm64-gnu.node",
            &arm64,
        ),
        (NODE_PACKAGE, b"{}"),
    ]);
    look_at(&both, NODE, &["--architecture", "arm64"]).is_good();
    look_at(&both, NODE, &[]).is_bad("architecture", &["different processors", "--architecture"]);
    let odd = zip_bytes(&[(PYTHON_ADDON, &addon(243))]);
    look_at(&odd, PYTHON, &[]).is_bad("architecture", &["Lambda does not have"]);
}

#[test]
fn other_systems_and_other_c_libraries() {
    let mac = b"\xcf\xfa\xed\xfe\x0c\x00\x00\x01 and more";
    let opinion = look_at(&zip_bytes(&[(PYTHON_ADDON, mac)]), PYTHON, &[]);
    opinion.is_bad("binary", &["macOS", "manylinux2014_aarch64"]);
    let windows = zip_bytes(&[("momento_lambda/_native.pyd", b"MZ")]);
    look_at(&windows, PYTHON, &[]).is_bad("binary", &["Windows"]);
    let musl = Library {
        needed: "libc.musl-x86_64.so.1",
        versions: &[],
        ..Library::default()
    };
    let name = "momento-lambda.linux-x64-musl.node";
    look_at(&zip_bytes(&[(name, &musl.build())]), NODE, &[]).is_bad("glibc", &["musl"]);
    let gnu = addon(X86_64);
    let both = [
        (name, musl.build()),
        ("momento-lambda.linux-x64-gnu.node", gnu),
    ];
    let both = both
        .each_ref()
        .map(|(name, content)| (*name, content.as_slice()));
    look_at(&zip_bytes(&both), NODE, &[]).is_good();
}

#[test]
fn a_newer_glibc_narrows_the_runtimes() {
    for (version, status, part) in [
        ("GLIBC_2.26", "ok", "Amazon Linux 2"),
        (
            "GLIBC_2.28",
            "warning",
            "python3.12 and nodejs20.x and newer",
        ),
        ("GLIBC_2.35", "failed", "no runtime"),
        ("GLIBC_ABI_DT_RELR", "failed", "2.36"),
    ] {
        let library = Library {
            versions: &["GLIBC_2.2.5", version],
            ..Library::default()
        };
        let opinion = look_at(&zip_bytes(&[(PYTHON_ADDON, &library.build())]), PYTHON, &[]);
        opinion.says("glibc", status, &[part]);
        assert_eq!(opinion.exit_code == 1, status == "failed");
    }
}

#[test]
fn layers_and_their_layout() {
    let addon = addon(X86_64);
    let layer = |name: &str| zip_bytes(&[(name, &addon)]);
    for name in [
        "python/momento_lambda/_native.abi3.so",
        "python/lib/python3.12/site-packages/momento_lambda/_native.abi3.so",
    ] {
        let opinion = look_at(&layer(name), PYTHON, &[]);
        opinion.is_good();
        assert_eq!(opinion.kind, "layer");
    }
    for (name, language, part) in [
        (PYTHON_ADDON, PYTHON, "zip -r layer.zip python"),
        (
            "python/src/momento_lambda/_native.abi3.so",
            PYTHON,
            "zip -r layer.zip python",
        ),
        (NODE_ADDON, NODE, "zip -r layer.zip nodejs"),
    ] {
        let opinion = look_at(&layer(name), language, &["--kind", "layer"]);
        opinion.is_bad("layout", &[part]);
        opinion.says("path", "ok", &["as --kind says"]);
    }
    let node = zip_bytes(&[
        (&format!("nodejs/{NODE_ADDON}"), &addon),
        (&format!("nodejs/node20/{NODE_PACKAGE}"), b"{}"),
    ]);
    look_at(&node, NODE, &[]).is_good();
    look_at(&layer(&format!("nodejs/{NODE_ADDON}")), NODE, &[])
        .is_bad("layout", &["all of node_modules"]);
    let as_function = look_at(
        &layer("python/momento_lambda/_native.abi3.so"),
        PYTHON,
        &["--kind", "zip"],
    );
    as_function.is_bad("layout", &["deploy it as a layer"]);
}

#[test]
fn a_layer_for_the_other_language() {
    let addon = addon(X86_64);
    let python = zip_bytes(&[("python/momento_lambda/_native.abi3.so", &addon)]);
    look_at(&python, NODE, &[]).is_bad("addon", &["for python only", "--language python"]);
    look_at(&python, NODE, &["--language", "python"]).is_good();
    look_at(&python, PYTHON, &["--language", "node"]).is_bad("addon", &["for python only"]);
}

#[test]
fn a_package_in_a_subfolder_is_a_warning_and_an_app_of_many_assets_is_not_one() {
    let addon = addon(X86_64);
    let opinion = look_in(
        &[("package/momento_lambda/_native.abi3.so", &addon)],
        PYTHON,
        &[],
    );
    opinion.is_good();
    opinion.says("layout", "warning", &["package/", "PYTHONPATH"]);
    let opinion = look_in(
        &[("asset.1a/momento_lambda/_native.abi3.so", &addon)],
        PYTHON,
        &[],
    );
    opinion.is_bad("layout", &["cdk.out/asset.1a"]);
}

#[test]
fn what_is_no_zip_and_what_was_one() {
    let whole = zip_bytes(&[(PYTHON_ADDON, &addon(X86_64))]);
    for (content, part) in [
        (&whole[..whole.len() - 30], "cut off or damaged"),
        (&whole[..10], "cut off or damaged"),
        (b"", "empty"),
        (b"hello", "no zip"),
        (b"\x1f\x8b\x08 and so on", "gzip"),
    ] {
        let opinion = look_at(content, PYTHON, &[]);
        opinion.is_bad("path", &[part]);
        opinion.says("addon", "skipped", &[]);
    }
    let empty = zip_bytes(&[]);
    look_at(&empty, PYTHON, &[]).is_bad("path", &["holds no file"]);
    look_in(&[], PYTHON, &[]).is_bad("path", &["holds no file"]);
    let missing = look("/nowhere/function.zip".as_ref(), PYTHON, &[]);
    missing.is_bad("path", &["/nowhere/function.zip", "check the path"]);
}

#[test]
fn a_damaged_addon() {
    let whole = addon(X86_64);
    for content in [
        &whole[..whole.len() - 1],
        &whole[..100],
        &whole[..5],
        b"",
        b"hello",
    ] {
        let opinion = look_at(&zip_bytes(&[(PYTHON_ADDON, content)]), PYTHON, &[]);
        opinion.is_bad("binary", &[PYTHON_ADDON]);
        opinion.says("architecture", "skipped", &[]);
    }
    let mut zip = zip_bytes(&[(PYTHON_ADDON, &[7; 5_000])]);
    zip[60] ^= 0xff;
    look_at(&zip, PYTHON, &[]).is_bad("binary", &["can't be read whole"]);
}

#[test]
fn a_bomb_is_not_unpacked_and_a_large_package_is_too_large() {
    let bomb = vec![0; 70 * 1024 * 1024];
    let opinion = look_at(&zip_bytes(&[(PYTHON_ADDON, &bomb)]), PYTHON, &[]);
    opinion.is_bad("binary", &["which no addon has"]);

    let mut lie = zip_bytes(&[("data", b"1234"), (PYTHON_ADDON, &addon(X86_64))]);
    // The unpacked size in the list of files, 24 bytes into the first entry.
    let list = lie
        .windows(4)
        .position(|part| part == b"PK\x01\x02")
        .unwrap();
    lie[list + 24..list + 28].copy_from_slice(&0xffff_fff0_u32.to_le_bytes());
    look_at(&lie, PYTHON, &[]).is_bad("size", &["of 250.0 MB", "deploy an image"]);
}

#[test]
fn time_is_bounded() {
    let folder = folder(&[(PYTHON_ADDON, &addon(X86_64)), ("a", b"")]);
    let opinion = look(folder.path(), PYTHON, &["--timeout", "0.000001"]);
    opinion.is_bad("path", &["in time", "--timeout"]);
}

#[cfg(unix)]
#[test]
fn links_in_circles_out_of_it_and_to_the_package() {
    use std::os::unix::fs::symlink;
    let addon = addon(X86_64);
    let elsewhere = folder(&[("momento_lambda/_native.abi3.so", &addon), ("other", b"")]);
    let root = folder(&[("app.py", b"")]);
    let at = |name: &str| root.path().join(name);
    symlink(root.path(), at("itself")).unwrap();
    symlink("b", at("a")).unwrap();
    symlink("a", at("b")).unwrap();
    symlink("/", at("everything")).unwrap();
    symlink(
        elsewhere.path().join("momento_lambda"),
        at("momento_lambda"),
    )
    .unwrap();
    let opinion = look(root.path(), PYTHON, &[]);
    opinion.is_good();
    opinion.says("path", "ok", &["files: 2"]);
}

#[cfg(unix)]
#[test]
fn a_pipe_is_not_opened() {
    let root = folder(&[(PYTHON_ADDON, &addon(X86_64))]);
    let pipe = root.path().join("momento-lambda.pipe.node");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status();
    assert!(made.is_ok_and(|status| status.success()), "mkfifo");
    look(root.path(), PYTHON, &[]).is_good();
    look(&pipe, PYTHON, &[]).is_bad("path", &["neither a file nor a folder"]);
}
