//! What a compiled file says of itself: for which system, processor and C library, and since which
//! glibc it can be loaded.
//!
//! A file of unknown origin is read here: every table is checked against the file's end by `object`,
//! and chains are followed only so far.

use super::arguments::Architecture;
use object::Endianness;
use object::elf;
use object::read::elf::{Dyn as _, FileHeader as _, ProgramHeader as _, SectionTable};

/// For which loader a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    Elf,
    MachO,
    Pe,
}

/// A C library.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Libc {
    Gnu,
    Musl,
}

/// A version such as 2.26.
pub(super) type Version = (u32, u32);

/// The facts of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Binary {
    pub(super) format: Format,
    /// `None` for one that Lambda does not have.
    pub(super) architecture: Option<Architecture>,
    pub(super) libc: Option<Libc>,
    /// The highest version that is asked of glibc.
    pub(super) needs: Option<Version>,
    /// The version that a glibc says it is.
    pub(super) is_glibc: Option<Version>,
}

type Header = elf::FileHeader64<Endianness>;

const DAMAGED: &str = "is cut off or damaged";
/// Versions that may be asked for, of all libraries together. Real files ask for some twenty.
const MAX_VERSIONS: usize = 10_000;
/// What is no number: a loader before glibc 2.36 refuses files with this mark.
const MARK: (&str, Version) = ("ABI_DT_RELR", (2, 36));

impl Binary {
    /// Reads a file's content; an error says what is wrong with it, without a subject.
    pub(super) fn read(content: &[u8]) -> Result<Self, String> {
        let number = |offset: usize| {
            let bytes = content.get(offset..offset.checked_add(4)?)?;
            Some(u32::from_le_bytes(bytes.try_into().ok()?))
        };
        match content {
            [] => Err("is empty".to_owned()),
            [0x7f, b'E', b'L', b'F', ..] => read_elf(content),
            [0xcf, 0xfa, 0xed, 0xfe, ..] => Ok(Self::foreign(
                Format::MachO,
                match number(4) {
                    Some(0x0100_0007) => Some(Architecture::X86_64),
                    Some(0x0100_000c) => Some(Architecture::Arm64),
                    _ => None,
                },
            )),
            [0xca, 0xfe, 0xba, 0xbe, ..] => Ok(Self::foreign(Format::MachO, None)),
            [b'M', b'Z', ..] => {
                let header = number(0x3c).and_then(|offset| usize::try_from(offset).ok());
                let machine = header.and_then(|header| number(header.checked_add(4)?));
                Ok(Self::foreign(
                    Format::Pe,
                    match machine.map(|machine| machine & 0xffff) {
                        Some(0x8664) => Some(Architecture::X86_64),
                        Some(0xaa64) => Some(Architecture::Arm64),
                        _ => None,
                    },
                ))
            }
            _ => Err("is no library of any system: cut off, damaged or replaced".to_owned()),
        }
    }

    fn foreign(format: Format, architecture: Option<Architecture>) -> Self {
        Self {
            format,
            architecture,
            libc: None,
            needs: None,
            is_glibc: None,
        }
    }
}

fn read_elf(content: &[u8]) -> Result<Binary, String> {
    // Class and byte order, before the header of the usual ones is read.
    if content.get(4..6).is_some_and(|kind| kind != [2, 1]) {
        return Err(
            "is not a 64-bit little-endian ELF file, as Lambda's processors want".to_owned(),
        );
    }
    let header = Header::parse(content).map_err(|_| DAMAGED)?;
    let endian = header.endian().map_err(|_| DAMAGED)?;
    if header.e_type(endian) != elf::ET_DYN {
        return Err("is an ELF file, but not a shared library".to_owned());
    }
    for segment in header
        .program_headers(endian, content)
        .map_err(|_| DAMAGED)?
    {
        segment.data(endian, content).map_err(|()| DAMAGED)?;
    }
    let sections = header.sections(endian, content).map_err(|_| DAMAGED)?;
    if sections.is_empty() {
        return Err("has no section headers, so what it needs can't be told".to_owned());
    }
    let (own_name, needed) = libraries(&sections, endian, content).map_err(|_| DAMAGED)?;
    let needs = needed_glibc(&sections, endian, content)?;
    let asks_for = |name: &[u8]| needed.iter().any(|library| library.starts_with(name));
    let is_glibc = if own_name == Some(b"libc.so.6") {
        own_version(content)
    } else {
        None
    };
    let libc = if asks_for(b"libc.so.6") || needs.is_some() || is_glibc.is_some() {
        Some(Libc::Gnu)
    } else if asks_for(b"libc.musl-") || asks_for(b"libc.so") {
        Some(Libc::Musl)
    } else {
        None
    };
    let architecture = match header.e_machine(endian) {
        elf::EM_X86_64 => Some(Architecture::X86_64),
        elf::EM_AARCH64 => Some(Architecture::Arm64),
        _ => None,
    };
    Ok(Binary {
        format: Format::Elf,
        architecture,
        libc,
        needs,
        is_glibc,
    })
}

type Name<'a> = &'a [u8];

/// The library's own name and those of the libraries that it needs.
fn libraries<'a>(
    sections: &SectionTable<'a, Header>,
    endian: Endianness,
    content: &'a [u8],
) -> Result<(Option<Name<'a>>, Vec<Name<'a>>), object::Error> {
    let (mut own, mut needed) = (None, Vec::new());
    let Some((entries, link)) = sections.dynamic(endian, content)? else {
        return Ok((own, needed));
    };
    let names = sections.strings(endian, content, link)?;
    for entry in entries {
        match entry.d_tag(endian) {
            elf::DT_NULL => break,
            elf::DT_SONAME => own = Some(entry.string(endian, names)?),
            elf::DT_NEEDED => needed.push(entry.string(endian, names)?),
            _ => {}
        }
    }
    Ok((own, needed))
}

/// The highest version.
fn needed_glibc(
    sections: &SectionTable<'_, Header>,
    endian: Endianness,
    content: &[u8],
) -> Result<Option<Version>, String> {
    let damaged = |_: object::Error| DAMAGED;
    let tables = sections.gnu_verneed(endian, content).map_err(damaged)?;
    let Some((mut libraries, link)) = tables else {
        return Ok(None);
    };
    let names = sections.strings(endian, content, link).map_err(damaged)?;
    let mut highest = None;
    let mut seen = 0;
    while let Some((_, mut versions)) = libraries.next().map_err(damaged)? {
        while let Some(version) = versions.next().map_err(damaged)? {
            seen += 1;
            if seen > MAX_VERSIONS {
                return Err("asks for more versions of libraries than any file does".to_owned());
            }
            let name = version.name(endian, names).map_err(damaged)?;
            highest = highest.max(glibc_version(name));
        }
    }
    Ok(highest)
}

/// `GLIBC_2.17` and its like.
fn glibc_version(name: &[u8]) -> Option<Version> {
    let number = std::str::from_utf8(name).ok()?.strip_prefix("GLIBC_")?;
    if number == MARK.0 {
        return Some(MARK.1);
    }
    version(number)
}

/// The first two numbers.
fn version(text: &str) -> Option<Version> {
    let mut parts = text.split('.');
    let major = parts.next()?.parse().ok()?;
    let minor: String = parts
        .next()?
        .chars()
        .take_while(char::is_ascii_digit)
        .collect();
    Some((major, minor.parse().ok()?))
}

/// glibc prints its name and version when it is run as a program; the text is in the file.
fn own_version(content: &[u8]) -> Option<Version> {
    let after = |content: &'_ [u8], text: &[u8]| {
        let found = content.windows(text.len()).position(|part| part == text)?;
        Some(found + text.len())
    };
    let name = after(content, b"GNU C Library ")?;
    let line = content.get(name..content.len().min(name + 100))?;
    let number = after(line, b" version ")?;
    let text = String::from_utf8_lossy(line.get(number..)?).into_owned();
    version(&text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_compared_as_numbers_and_marks_count_as_new() {
        assert_eq!(glibc_version(b"GLIBC_2.2.5"), Some((2, 2)));
        assert!(glibc_version(b"GLIBC_2.17") > glibc_version(b"GLIBC_2.9"));
        assert_eq!(glibc_version(b"GLIBC_ABI_DT_RELR"), Some((2, 36)));
        assert_eq!(glibc_version(b"GLIBC_PRIVATE"), None);
        assert_eq!(glibc_version(b"GCC_3.0"), None);
        let banner = b"..GNU C Library (GNU libc) stable release version 2.34.\n";
        assert_eq!(own_version(banner), Some((2, 34)));
        assert_eq!(own_version(b"GNU C Library "), None);
    }
}
