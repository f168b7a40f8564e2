//! What a call does when the service refuses its token.
//!
//! This is below the attempts: the request was not carried out, whatever the operation, so the same
//! bytes go out once more with a newer token, as part of the same attempt. A middleware sees one
//! attempt that took longer, a retry strategy sees nothing.

use super::call::{Call, Received};
use crate::error::Error;
use crate::transport::{Failure, Pieces};
use tonic::{Code, Status};

/// What a call learned from being refused.
#[derive(Default)]
pub(super) struct Refusals<'a> {
    /// The same call with a newer token.
    pub(super) renewed: Option<Call<'a>>,
    /// Why there is no newer token.
    reason: Option<String>,
}

impl Refusals<'_> {
    /// An error with what was learned, if it comes from a refused token.
    pub(super) fn explain(&self, status: &Status, error: Error) -> Error {
        match &self.reason {
            Some(reason) if status.code() == Code::Unauthenticated => error.with_details(reason),
            _ => error,
        }
    }
}

impl<'a> Call<'a> {
    /// The same request with a newer token, once more if that is refused as well and there is another.
    pub(super) async fn send_again(
        &self,
        mut refused: Failure,
        message: &Pieces,
        number: u32,
        metadata: Option<&[(String, String)]>,
        refusals: &mut Refusals<'a>,
    ) -> Result<Received, Failure> {
        loop {
            let call = refusals.renewed.as_ref().unwrap_or(self);
            let renewed = match call.renew().await {
                Ok(renewed) => renewed,
                Err(reason) => {
                    refusals.reason = reason;
                    return Err(refused);
                }
            };
            let outcome = renewed.exchange(metadata, message, number).await;
            refusals.renewed = Some(renewed);
            match outcome {
                Err(again) if again.is_unauthenticated() => refused = again,
                outcome => return outcome,
            }
        }
    }

    /// The same call with another token than the one that was just refused, or why there is none. One
    /// newer token is tried, and where that is not let in yet the one before it.
    async fn renew(&self) -> Result<Self, Option<String>> {
        let session = self.sessions.renew(&self.session, self.deadline).await?;
        if self.renewals > 1 || self.renewals == 1 && !session.is_previous() {
            return Err(None);
        }
        self.sessions.tally().repeated.add();
        Ok(Self {
            sessions: self.sessions,
            session,
            operation: self.operation,
            hooks: self.hooks.clone(),
            cache_name: self.cache_name.clone(),
            deadline: self.deadline,
            renewals: self.renewals + 1,
        })
    }
}
