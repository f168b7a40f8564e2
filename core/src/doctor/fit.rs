//! Whether an addon can be loaded where it is going: format, processor, C library.

use super::Language;
use super::arguments::Architecture;
use super::binary::{Binary, Format, Libc, Version};
use super::image::Image;
use super::report::{Finding, Report};
use super::tree::{Found, Role};
use std::time::Instant;

/// Amazon Linux 2, under the runtimes python3.8 to python3.11 and nodejs16.x to nodejs18.x.
const AMAZON_LINUX_2: Version = (2, 26);
/// Amazon Linux 2023, under python3.12 and nodejs20.x and all newer ones.
const AMAZON_LINUX_2023: Version = (2, 34);
const EVERYWHERE: &str = "all runtimes: python3.9 to 3.11 and nodejs16.x to 18.x (Amazon Linux 2, glibc 2.26), python3.12 and nodejs20.x and newer (Amazon Linux 2023, glibc 2.34)";

/// The command that installs the package for Lambda.
pub(super) fn install(language: Language, architecture: Option<Architecture>) -> String {
    let architecture = architecture.unwrap_or(Architecture::X86_64);
    match (language, architecture) {
        (Language::Node, architecture) => {
            let cpu = match architecture {
                Architecture::X86_64 => "x64",
                Architecture::Arm64 => "arm64",
            };
            format!("npm install --os=linux --cpu={cpu} --libc=glibc momento-lambda")
        }
        (Language::Python | Language::Rust, architecture) => {
            let machine = match architecture {
                Architecture::X86_64 => "x86_64",
                Architecture::Arm64 => "aarch64",
            };
            format!(
                "pip install --platform manylinux2014_{machine} --only-binary=:all: --target FOLDER momento-lambda"
            )
        }
    }
}

/// An addon that could be read.
struct Addon<'a> {
    path: &'a str,
    language: Language,
    binary: &'a Binary,
}

/// Checks the addons of all languages that are wanted; there is at least one.
pub(super) fn check(
    report: &mut Report,
    found: &[&Found],
    image: Option<&Image>,
    architecture: Option<Architecture>,
) {
    let begun = Instant::now();
    let mut addons = Vec::new();
    let mut broken = Vec::new();
    for found in found {
        match (&found.binary, found.role) {
            (Some(Ok(binary)), Role::Addon(language)) => addons.push(Addon {
                path: &found.path,
                language,
                binary,
            }),
            (Some(Err(reason)), _) => broken.push(format!("{} {reason}", found.path)),
            _ => {}
        }
    }
    report.add("binary", begun, readable(&addons, &broken));
    addons.retain(|addon| addon.binary.format == Format::Elf);
    if addons.is_empty() {
        for name in ["architecture", "glibc"] {
            report.skip(name, "there is no readable addon for Linux");
        }
        return;
    }
    let begun = Instant::now();
    let (finding, fitting) = processors(&addons, image, architecture);
    report.add("architecture", begun, finding);
    let begun = Instant::now();
    report.add("glibc", begun, libraries(&fitting, image));
}

fn readable(addons: &[Addon<'_>], broken: &[String]) -> Finding {
    if !broken.is_empty() {
        return Finding::failed(
            broken.join("; "),
            "install or build the package again, and compare the file's size with the original after copying",
        );
    }
    let described: Vec<_> = addons
        .iter()
        .map(|addon| {
            let system = match addon.binary.format {
                Format::Elf => "ELF, for Linux",
                Format::MachO => "Mach-O, for macOS",
                Format::Pe => "PE, for Windows",
            };
            format!("{}: {system}, {}", addon.path, processor(addon.binary))
        })
        .collect();
    let described = described.join("; ");
    // A loader passes over what is not for its system, if there is another.
    let foreign = addons.iter().find(|foreign| {
        let same = |addon: &&Addon<'_>| addon.language == foreign.language;
        addons
            .iter()
            .filter(same)
            .all(|addon| addon.binary.format != Format::Elf)
    });
    match foreign {
        None => Finding::ok(described),
        Some(foreign) => Finding::failed(
            described,
            format!(
                "Lambda runs Linux; install the package for it: {}",
                install(foreign.language, foreign.binary.architecture)
            ),
        ),
    }
}

fn processor(binary: &Binary) -> &'static str {
    binary
        .architecture
        .map_or("a processor that Lambda does not have", Architecture::name)
}

/// The finding, and the addons that the processor can run.
fn processors<'a>(
    addons: &'a [Addon<'a>],
    image: Option<&Image>,
    asked: Option<Architecture>,
) -> (Finding, Vec<&'a Addon<'a>>) {
    let all = || addons.iter().collect::<Vec<_>>();
    let of_image = image.and_then(|image| image.architecture);
    if let (Some(asked), Some(image)) = (asked, of_image)
        && asked != image
    {
        let message = format!(
            "the image is for {}, and {} is asked for",
            image.name(),
            asked.name()
        );
        let fix = format!("build the image with --platform linux/{}", docker(asked));
        return (Finding::failed(message, fix), all());
    }
    let Some(wanted) = asked.or(of_image) else {
        return (among_themselves(addons), all());
    };
    let fitting: Vec<_> = addons
        .iter()
        .filter(|addon| addon.binary.architecture == Some(wanted))
        .collect();
    let lacking = addons
        .iter()
        .find(|addon| !fitting.iter().any(|fit| fit.language == addon.language));
    let why = if asked.is_some() {
        "as --architecture says"
    } else {
        "as the image is"
    };
    match lacking {
        Some(addon) => {
            let message = format!("{} is wanted, {why}: {}", wanted.name(), listed(addons));
            let fix = format!(
                "install the package for it, {}, or deploy with Architectures: [{}]",
                install(addon.language, Some(wanted)),
                addon
                    .binary
                    .architecture
                    .map_or("x86_64", Architecture::name)
            );
            (Finding::failed(message, fix), all())
        }
        None => (Finding::ok(format!("{}, {why}", wanted.name())), fitting),
    }
}

/// Where nothing says which processor is wanted.
fn among_themselves(addons: &[Addon<'_>]) -> Finding {
    let mut architectures = addons.iter().map(|addon| addon.binary.architecture);
    let first = architectures.next().flatten();
    if !architectures.all(|other| other == first) {
        return Finding::failed(
            format!(
                "the addons are for different processors: {}",
                listed(addons)
            ),
            "say which one is wanted: --architecture x86_64 or arm64",
        );
    }
    match (first, addons) {
        (Some(architecture), _) => Finding::ok(format!(
            "{}; --architecture compares it",
            architecture.name()
        )),
        (None, [addon, ..]) => Finding::failed(
            format!("{} is for {}", addon.path, processor(addon.binary)),
            install(addon.language, None),
        ),
        (None, []) => Finding::skipped("there is no addon to look at"),
    }
}

fn listed(addons: &[Addon<'_>]) -> String {
    let listed: Vec<_> = addons
        .iter()
        .map(|addon| format!("{} is for {}", addon.path, processor(addon.binary)))
        .collect();
    listed.join(", ")
}

/// Docker's name for a processor.
fn docker(architecture: Architecture) -> &'static str {
    match architecture {
        Architecture::X86_64 => "amd64",
        Architecture::Arm64 => "arm64",
    }
}

/// Each language needs one addon for the C library that it meets.
fn libraries(addons: &[&Addon<'_>], image: Option<&Image>) -> Finding {
    let libc = image.and_then(|image| image.libc).unwrap_or(Libc::Gnu);
    let usable: Vec<_> = addons
        .iter()
        .filter(|addon| addon.binary.libc.is_none_or(|its| its == libc))
        .collect();
    let lacking = addons.iter().find(|addon| {
        !usable
            .iter()
            .any(|usable| usable.language == addon.language)
    });
    if let Some(addon) = lacking {
        return match libc {
            Libc::Gnu => Finding::failed(
                format!("{} is for musl, and this runs on glibc", addon.path),
                format!(
                    "install the package for glibc: {}",
                    install(addon.language, addon.binary.architecture)
                ),
            ),
            Libc::Musl => Finding::failed(
                format!(
                    "{} is for glibc, and this image has musl (as Alpine has)",
                    addon.path
                ),
                "take an image with glibc, such as public.ecr.aws/lambda/python or nodejs, or Debian's",
            ),
        };
    }
    if libc == Libc::Musl {
        return Finding::ok("for musl, as the image is");
    }
    let needs = usable.iter().filter_map(|addon| addon.binary.needs).max();
    let Some(needs) = needs else {
        return Finding::ok("asks for no version of glibc");
    };
    let message = format!("needs glibc {}.{}", needs.0, needs.1);
    let fix = "take the published package, which needs 2.17, or build with zig or in the manylinux2014 image (wheels/README.md)";
    match image.map(|image| image.glibc) {
        Some(Some(has)) if has < needs => Finding::failed(
            format!("{message}, and the image has {}.{}", has.0, has.1),
            fix,
        ),
        Some(Some(has)) => Finding::ok(format!("{message}, and the image has {}.{}", has.0, has.1)),
        Some(None) => Finding::warning(
            message,
            "see with ldd --version in the image that it has as much",
        ),
        None if needs <= AMAZON_LINUX_2 => Finding::ok(format!("{message}: loads on {EVERYWHERE}")),
        None if needs <= AMAZON_LINUX_2023 => Finding::warning(
            format!(
                "{message}, more than 2.26: loads on python3.12 and nodejs20.x and newer (Amazon Linux 2023, glibc 2.34) only"
            ),
            fix,
        ),
        None => Finding::failed(
            format!("{message}: loads on no runtime of Lambda's, the newest has 2.34"),
            fix,
        ),
    }
}
