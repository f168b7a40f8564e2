//! Values compressed on their way out and back.
//!
//! The wire format is that of the official Node add-ons: a plain gzip or zstd frame in place of the
//! value, known by its first bytes. A value that begins like one and is none comes as it is, as there.

use super::call::Call;
use crate::config::{Compression, CompressionFormat, CompressionLevel};
use crate::error::{Error, ErrorCode, Result};
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use std::io::{Read, Write};

const GZIP: &[u8] = &[0x1f, 0x8b, 0x08];
const ZSTD: &[u8] = &[0x28, 0xb5, 0x2f, 0xfd];

/// The largest value that is made of a compressed one: a few kilobytes must not fill a sandbox.
/// 256 MiB, some fifty times the largest item.
const MOST: u64 = 256 * 1024 * 1024;

/// The value as it is sent. Compressed where the call asks for it.
pub(super) fn compress(call: &Call<'_>, value: Vec<u8>, wanted: Option<bool>) -> Result<Vec<u8>> {
    if wanted != Some(true) {
        return Ok(value);
    }
    match call.session.compression() {
        Some(compression) => Ok(pack(compression, &value)?),
        None => Err(not_configured(call, "Compressor", "compress")),
    }
}

/// The value as it was before it was compressed, where the call or the configuration asks for it.
pub(super) fn decompress<V>(call: &Call<'_>, value: V, wanted: Option<bool>) -> Result<V>
where
    V: AsRef<[u8]> + From<Vec<u8>>,
{
    match (call.session.compression(), wanted) {
        (_, Some(false)) | (None, None) => Ok(value),
        (None, Some(true)) => Err(not_configured(call, "Compressor", "decompress")),
        (Some(compression), wanted) => {
            if wanted.unwrap_or(compression.decompress_automatically) {
                unpack(compression.format, value)
            } else {
                Ok(value)
            }
        }
    }
}

fn not_configured(call: &Call<'_>, what: &str, option: &str) -> Error {
    Error::invalid_argument(format!(
        "{what} is not set, but `CacheClient.{}` was called with the `{option}` option; \
         give the configuration a compression strategy",
        call.operation().name()
    ))
}

fn pack(compression: Compression, value: &[u8]) -> Result<Vec<u8>> {
    use CompressionLevel::{Balanced, Fastest, SmallestSize};
    let packed = match compression.format {
        CompressionFormat::Gzip => {
            let level = match compression.level {
                Balanced => flate2::Compression::default(),
                Fastest => flate2::Compression::fast(),
                SmallestSize => flate2::Compression::best(),
            };
            let mut encoder = GzEncoder::new(Vec::with_capacity(value.len() / 2), level);
            encoder.write_all(value).and_then(|()| encoder.finish())
        }
        CompressionFormat::Zstd => {
            // The official add-on's levels.
            let level = match compression.level {
                Balanced => 3,
                Fastest => 1,
                SmallestSize => 9,
            };
            zstd::bulk::compress(value, level)
        }
    };
    packed.map_err(|error| {
        Error::new(
            ErrorCode::Unknown,
            format!("the value can't be compressed: {error}"),
        )
    })
}

fn unpack<V: AsRef<[u8]> + From<Vec<u8>>>(format: CompressionFormat, value: V) -> Result<V> {
    let mut unpacked = Vec::new();
    let packed = value.as_ref();
    let read = match format {
        CompressionFormat::Gzip if packed.starts_with(GZIP) => {
            let decoder = GzDecoder::new(packed);
            decoder.take(MOST + 1).read_to_end(&mut unpacked)
        }
        CompressionFormat::Zstd if packed.starts_with(ZSTD) => zstd::Decoder::with_buffer(packed)
            .and_then(|decoder| decoder.take(MOST + 1).read_to_end(&mut unpacked)),
        _ => return Ok(value),
    };
    match read {
        Ok(length) if length as u64 > MOST => Err(Error::new(
            ErrorCode::LimitExceeded,
            format!(
                "the value decompresses to more than {} MiB; read it with decompress false",
                MOST / 1024 / 1024
            ),
        )),
        Ok(_) => Ok(unpacked.into()),
        Err(_) => Ok(value),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const FORMATS: [CompressionFormat; 2] = [CompressionFormat::Gzip, CompressionFormat::Zstd];

    fn compression(format: CompressionFormat, level: CompressionLevel) -> Compression {
        Compression {
            format,
            level,
            decompress_automatically: true,
        }
    }

    proptest! {
        #[test]
        fn what_was_compressed_comes_back(value in prop::collection::vec(any::<u8>(), 0..5_000)) {
            for format in FORMATS {
                for level in [
                    CompressionLevel::Fastest,
                    CompressionLevel::Balanced,
                    CompressionLevel::SmallestSize,
                ] {
                    let packed = pack(compression(format, level), &value).expect("packed");
                    prop_assert_eq!(&unpack(format, packed).expect("unpacked"), &value);
                }
            }
        }

        #[test]
        fn what_was_not_compressed_comes_as_it_is(rest in prop::collection::vec(any::<u8>(), 0..50)) {
            for (format, magic) in [(CompressionFormat::Gzip, GZIP), (CompressionFormat::Zstd, ZSTD)] {
                prop_assert_eq!(&unpack(format, rest.clone()).expect("as it is"), &rest);
                let begun = [magic, &rest].concat();
                prop_assert!(unpack(format, begun).is_ok());
            }
        }
    }

    #[test]
    fn a_bomb_is_refused() {
        let zeros = vec![0; 64 * 1024];
        let mut encoder = GzEncoder::new(Vec::new(), flate2::Compression::fast());
        for _ in 0..=MOST / zeros.len() as u64 {
            encoder.write_all(&zeros).expect("room");
        }
        let bomb = encoder.finish().expect("a bomb");
        let error = unpack(CompressionFormat::Gzip, bomb).expect_err("too large");
        assert_eq!(error.code(), ErrorCode::LimitExceeded);
    }
}
