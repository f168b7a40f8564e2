//! Signing keys: made, listed, revoked. Nothing here checks a signature, so that a key is only a key's likeness: a JSON
//! Web Key with random bytes, which clients read the `kid` of.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::rand::{SecureRandom as _, SystemRandom};
use serde_json::json;
use tonic::Status;

use crate::status;
use crate::sync::lock;

/// The keys that have not expired, by id, and when they do, in seconds since 1970. The keys themselves are not kept.
#[derive(Debug, Default)]
pub(crate) struct SigningKeys {
    expiries: Mutex<BTreeMap<String, u64>>,
}

/// A new key.
pub(crate) struct SigningKey {
    /// The JSON Web Key. A secret.
    pub(crate) key: String,
    /// When it expires, in seconds since 1970.
    pub(crate) expires_at: u64,
}

impl SigningKeys {
    pub(crate) fn create(&self, ttl_minutes: u32, now: SystemTime) -> Result<SigningKey, Status> {
        if ttl_minutes == 0 {
            return Err(Status::invalid_argument(
                "ttl_minutes must be greater than 0",
            ));
        }
        let expires_at = seconds(now) + Duration::from_mins(ttl_minutes.into()).as_secs();
        let id = URL_SAFE_NO_PAD.encode(random::<16>()?);
        let key = json!({
            "kid": id,
            "kty": "oct",
            "alg": "HS256",
            "use": "sig",
            "k": URL_SAFE_NO_PAD.encode(random::<32>()?),
        });
        lock(&self.expiries).insert(id, expires_at);
        Ok(SigningKey {
            key: key.to_string(),
            expires_at,
        })
    }

    /// Whether an unknown id is an error for Momento is not documented; as with a cache, it is one here.
    pub(crate) fn revoke(&self, id: &str, now: SystemTime) -> Result<(), Status> {
        let expires_at = lock(&self.expiries).remove(id);
        if expires_at.is_some_and(|at| at > seconds(now)) {
            Ok(())
        } else {
            Err(status::signing_key_not_found(id))
        }
    }

    /// The ids and expiry times of the keys that are of use, in the order of the ids. Expired ones are forgotten.
    pub(crate) fn list(&self, now: SystemTime) -> Vec<(String, u64)> {
        let mut expiries = lock(&self.expiries);
        expiries.retain(|_, at| *at > seconds(now));
        expiries.iter().map(|(id, at)| (id.clone(), *at)).collect()
    }

    pub(crate) fn clear(&self) {
        lock(&self.expiries).clear();
    }
}

fn seconds(time: SystemTime) -> u64 {
    time.duration_since(UNIX_EPOCH)
        .map_or(0, |since| since.as_secs())
}

fn random<const LENGTH: usize>() -> Result<[u8; LENGTH], Status> {
    let mut bytes = [0; LENGTH];
    SystemRandom::new()
        .fill(&mut bytes)
        .map_err(|_| Status::internal("the system has no random bytes for a signing key"))?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_listed_until_it_expires() -> Result<(), Status> {
        let (keys, start) = (
            SigningKeys::default(),
            UNIX_EPOCH + Duration::from_secs(1000),
        );
        let made = keys.create(2, start)?;
        assert_eq!(made.expires_at, 1120);
        let listed = keys.list(start + Duration::from_secs(119));
        assert!(made.key.contains(&listed[0].0));
        assert_eq!((listed.len(), listed[0].1), (1, 1120));
        assert!(keys.list(start + Duration::from_mins(2)).is_empty());
        Ok(())
    }

    #[test]
    fn a_revoked_key_is_gone() -> Result<(), Status> {
        let (keys, now) = (SigningKeys::default(), UNIX_EPOCH);
        keys.create(1, now)?;
        keys.create(1, now)?;
        let listed = keys.list(now);
        assert_eq!(listed.len(), 2);
        keys.revoke(&listed[0].0, now)?;
        assert_eq!(keys.list(now), listed[1..]);
        assert!(keys.revoke(&listed[0].0, now).is_err());
        assert!(
            keys.revoke(&listed[1].0, now + Duration::from_hours(1))
                .is_err()
        );
        Ok(())
    }

    #[test]
    fn a_ttl_must_be_one() {
        let keys = SigningKeys::default();
        assert!(keys.create(0, UNIX_EPOCH).is_err());
        assert!(keys.create(u32::MAX, SystemTime::now()).is_ok());
    }
}
