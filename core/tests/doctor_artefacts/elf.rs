//! Makes small ELF libraries: real tables, no code. Each is asked for by what is in it.

pub const X86_64: u16 = 62;
pub const ARM64: u16 = 183;

/// What a library is to say of itself.
#[derive(Clone, Copy)]
pub struct Library<'a> {
    pub machine: u16,
    pub own_name: &'a str,
    pub needed: &'a str,
    pub versions: &'a [&'a str],
    /// Anywhere in the file.
    pub text: &'a str,
}

impl Default for Library<'_> {
    fn default() -> Self {
        Self {
            machine: X86_64,
            own_name: "_native.abi3.so",
            needed: "libc.so.6",
            versions: &["GLIBC_2.2.5", "GLIBC_2.17"],
            text: "",
        }
    }
}

/// An addon for a processor.
pub fn addon(machine: u16) -> Vec<u8> {
    Library {
        machine,
        ..Library::default()
    }
    .build()
}

/// A glibc that says which one it is.
pub fn glibc(machine: u16, version: &str) -> Vec<u8> {
    Library {
        machine,
        own_name: "libc.so.6",
        needed: "ld-linux-x86-64.so.2",
        versions: &["GLIBC_PRIVATE"],
        text: &format!("GNU C Library (GNU libc) stable release version {version}.\n"),
    }
    .build()
}

impl Library<'_> {
    pub fn build(self) -> Vec<u8> {
        let mut names = vec![0];
        let mut name = |text: &str| {
            let offset = names.len();
            names.extend_from_slice(text.as_bytes());
            names.push(0);
            offset
        };
        let mut dynamic = Vec::new();
        for (tag, value) in [(1, name(self.needed)), (14, name(self.own_name)), (0, 0)] {
            dynamic.extend(u64::to_le_bytes(tag));
            dynamic.extend(u64::to_le_bytes(value as u64));
        }
        let mut wanted = Vec::new();
        let file = name("libc.so.6");
        put16(&mut wanted, &[1, self.versions.len()]);
        put32(&mut wanted, &[file, 16, 0]);
        for (number, version) in self.versions.iter().enumerate() {
            let is_last = number + 1 == self.versions.len();
            put32(&mut wanted, &[0]);
            put16(&mut wanted, &[0, number + 2]);
            put32(&mut wanted, &[name(version), if is_last { 0 } else { 16 }]);
        }
        name(self.text);
        // Kind, content, the section with its names.
        let tables = [(3, names, 0), (6, dynamic, 1), (0x6fff_fffe, wanted, 1)];
        let start = 64 + 56;
        let mut body = Vec::new();
        let mut sections = vec![0; 64];
        for (kind, content, link) in tables {
            let info = usize::from(kind == 0x6fff_fffe);
            put32(&mut sections, &[0, kind]);
            put64(&mut sections, &[0, 0, start + body.len(), content.len()]);
            put32(&mut sections, &[link, info]);
            put64(&mut sections, &[1, 0]);
            body.extend(content);
        }
        let end = start + body.len();
        let mut file = b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0".to_vec();
        put16(&mut file, &[3, usize::from(self.machine)]);
        put32(&mut file, &[1]);
        put64(&mut file, &[0, 64, end]);
        put32(&mut file, &[0]);
        put16(&mut file, &[64, 56, 1, 64, 4, 1]);
        // One segment that is loaded: the whole file.
        let whole = end + sections.len();
        put32(&mut file, &[1, 5]);
        put64(&mut file, &[0, 0, 0, whole, whole, 0x1000]);
        file.extend(body);
        file.extend(sections);
        file
    }
}

fn put16(to: &mut Vec<u8>, values: &[usize]) {
    for value in values {
        to.extend(u16::try_from(*value).unwrap().to_le_bytes());
    }
}

fn put32(to: &mut Vec<u8>, values: &[usize]) {
    for value in values {
        to.extend(u32::try_from(*value).unwrap().to_le_bytes());
    }
}

fn put64(to: &mut Vec<u8>, values: &[usize]) {
    for value in values {
        to.extend((*value as u64).to_le_bytes());
    }
}
