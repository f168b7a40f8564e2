//! Counters: whole numbers kept as text in base 10, as Momento keeps them, so that a `Get` reads them.

use crate::cache::Refusal;

/// The number after an increment; a missing one counts as 0.
pub(crate) fn incremented(before: Option<&[u8]>, amount: i64) -> Result<i64, Refusal> {
    let Some(before) = before else {
        return Ok(amount);
    };
    std::str::from_utf8(before)
        .ok()
        .and_then(|text| text.parse::<i64>().ok())
        .ok_or(Refusal::NotAnInteger)?
        .checked_add(amount)
        .ok_or(Refusal::Overflow)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_number_is_zero() {
        assert_eq!(incremented(None, -3), Ok(-3));
        assert_eq!(incremented(Some(b"-3"), 5), Ok(2));
        assert_eq!(incremented(Some(b"7"), 0), Ok(7));
    }

    #[test]
    fn what_is_no_integer_is_refused() {
        for text in [&b""[..], b"one", b"1.5", b" 1", b"1 ", b"0x1", b"\xff"] {
            assert_eq!(incremented(Some(text), 1), Err(Refusal::NotAnInteger));
        }
        let too_large = b"9223372036854775808";
        assert_eq!(incremented(Some(too_large), 1), Err(Refusal::NotAnInteger));
    }

    #[test]
    fn a_sum_must_fit() {
        let largest = i64::MAX.to_string();
        let smallest = i64::MIN.to_string();
        assert_eq!(
            incremented(Some(largest.as_bytes()), 1),
            Err(Refusal::Overflow)
        );
        assert_eq!(
            incremented(Some(smallest.as_bytes()), -1),
            Err(Refusal::Overflow)
        );
        assert_eq!(incremented(Some(largest.as_bytes()), i64::MIN), Ok(-1));
    }
}
