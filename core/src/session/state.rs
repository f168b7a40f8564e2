//! What is known of the token, and what follows from it.
//!
//! Whoever changes it holds the lock around it, so each step here is whole. Nothing waits here.
//!
//! *Refused* tokens are remembered for a while: where a store has two to offer, a call must not be sent
//! to and fro between two that are both refused.

use super::Session;
use super::lifetime::{Lifetime, Standing};
use super::pause::{Growth, Pause};
use crate::clock::Moment;
use crate::error::Error;
use http::HeaderValue;
use std::sync::Arc;
use std::time::Duration;

/// After look-ups that calls had need of and that failed. The first is short: what passes is over by
/// then. A call waits less than a second for its turn, and a store that is down is asked once a second.
const FAILED: Growth = Growth {
    first: Duration::from_millis(100),
    most: Duration::from_millis(800),
};
/// After look-ups for a refused token that brought the same one.
const FRUITLESS: Growth = Growth {
    first: Duration::from_secs(1),
    most: Duration::from_secs(10),
};
/// After look-ups that failed while the token served on, or that brought one that is due again.
const POSTPONED: Growth = Growth {
    first: Duration::from_secs(1),
    most: Duration::from_secs(30),
};

/// A token that is refused so soon after it came up may not have reached Momento yet.
const OVERLAP: Duration = Duration::from_mins(5);
/// The token before the current one serves this long until the current one is tried again.
const PREVIOUS_TTL: Duration = Duration::from_mins(1);
/// How long it counts that a token was refused. Longer than the look-ups of one call can take.
const REFUSED_FOR: Duration = Duration::from_secs(10);
/// Calls bring a refusal in a round trip: a token that was there for longer was let in.
const SERVED: Duration = Duration::from_secs(1);

#[derive(Debug, Default)]
pub(super) struct State {
    pub(super) closed: bool,
    kept: Option<Kept>,
    /// The numbers of the last look-up begun and of the newest one heeded: an answer that took longer
    /// than that of a later look-up is out of date.
    begun: u64,
    heeded: u64,
    newest: Option<Newest>,
    refused: Vec<(HeaderValue, Moment)>,
    /// Between look-ups without which calls fail.
    pub(super) failed: Pause,
    /// The last of these failures.
    pub(super) failure: Option<Error>,
    fruitless: Pause,
    /// Between look-ups beside.
    postponed: Pause,
    /// Whether a call has waited in vain for the look-up under way: one is enough.
    pub(super) waited_in_vain: bool,
}

#[derive(Debug)]
struct Kept {
    session: Arc<Session>,
    since: Moment,
    lifetime: Lifetime,
}

/// The token that was last the store's current one.
#[derive(Debug)]
struct Newest {
    authorization: HeaderValue,
    first_seen: Moment,
    /// Whether the one before it was let in while this one was not.
    previous_serves: bool,
}

/// Why a look-up is made.
#[derive(Debug)]
pub(super) enum Cause {
    /// There is no token.
    Start,
    /// The token is due.
    Due,
    /// This session's was refused.
    Refused(Arc<Session>),
}

/// What a session that was looked up is good for.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It serves, or is of no interest any more.
    Done,
    /// Its token was refused after the look-up had begun: there may be a newer one.
    Again,
    /// Its token was refused before.
    Refused,
}

impl State {
    pub(super) fn session(&self) -> Option<&Arc<Session>> {
        self.kept.as_ref().map(|kept| &kept.session)
    }

    /// The session in use and what its age asks for now.
    pub(super) fn standing(&self) -> Option<(&Arc<Session>, Standing)> {
        let kept = self.kept.as_ref()?;
        Some((&kept.session, kept.lifetime.standing()))
    }

    /// The session in use, if it is not that one.
    pub(super) fn other_than(&self, refused: &Session) -> Option<Arc<Session>> {
        let session = self.session()?;
        (!session.is_like(refused)).then(|| Arc::clone(session))
    }

    /// Keeps a session for ever.
    pub(super) fn keep(&mut self, session: Arc<Session>) {
        let lifetime = Lifetime::endless();
        self.kept = Some(Kept {
            session,
            since: Moment::now(),
            lifetime,
        });
    }

    pub(super) fn close(&mut self) -> Option<Arc<Session>> {
        self.closed = true;
        self.kept.take().map(|kept| kept.session)
    }

    /// Forgets everything: what a look-up under way will bring is of no interest any more.
    pub(super) fn restart(&mut self) -> Option<Arc<Session>> {
        let last = self.kept.take().map(|kept| kept.session);
        *self = Self {
            closed: self.closed,
            begun: self.begun,
            heeded: self.begun + 1,
            ..Self::default()
        };
        last
    }

    /// Whether a look-up may be made beside, which takes `budget` at most; nobody else may meanwhile.
    pub(super) fn may_refresh(&mut self, budget: Duration) -> bool {
        let may = self.postponed.is_over();
        if may {
            self.postponed.hold(budget);
        }
        may
    }

    pub(super) fn is_postponed(&self) -> bool {
        !self.postponed.is_over()
    }

    /// Writes down that a session's token was refused. Whether a look-up may follow.
    pub(super) fn refuse(&mut self, session: &Session) -> bool {
        if !(self.fruitless.is_over() && self.failed.is_over()) {
            return false;
        }
        // The first refusal counts: those of calls that were under way come after it.
        if self.refused_since(&session.authorization).is_some() {
            return true;
        }
        // A token that served for a while and is refused now tells that things have changed.
        let served = self
            .kept
            .as_ref()
            .is_some_and(|kept| kept.since.age() > SERVED);
        self.refused
            .retain(|(_, since)| !served && since.age() <= REFUSED_FOR);
        let token = session.authorization.clone();
        self.refused.push((token, Moment::now()));
        true
    }

    fn refused_since(&self, token: &HeaderValue) -> Option<Moment> {
        self.refused
            .iter()
            .find(|(refused, since)| refused == token && since.age() <= REFUSED_FOR)
            .map(|(_, since)| *since)
    }

    /// The number of a look-up that begins; `None` where its cause is gone.
    pub(super) fn begin(&mut self, cause: &Cause) -> Option<u64> {
        let wanted = !self.closed
            && match (cause, self.standing()) {
                (Cause::Start, standing) => standing.is_none(),
                (Cause::Due, standing) => {
                    standing.is_some_and(|(_, standing)| standing != Standing::Fresh)
                }
                (Cause::Refused(refused), _) => self.other_than(refused).is_none(),
            };
        if !wanted {
            return None;
        }
        self.begun += 1;
        Some(self.begun)
    }

    /// Heeds the store's current token, which look-up number `number` brought, asked for at `asked`.
    /// Says also whether it took the place of another.
    pub(super) fn heed(
        &mut self,
        number: u64,
        asked: Moment,
        session: Session,
        ttl: Duration,
    ) -> (Verdict, bool) {
        if self.closed || number < self.heeded {
            return (Verdict::Done, false);
        }
        self.heeded = number;
        if let Some(since) = self.refused_since(&session.authorization) {
            self.see(&session);
            let verdict = if since.is_after(&asked) {
                Verdict::Again
            } else {
                Verdict::Refused
            };
            return (verdict, false);
        }
        self.see(&session);
        let lifetime = Lifetime::new(ttl, session.expires_at);
        (Verdict::Done, self.take(session, lifetime))
    }

    /// Writes down which token is the store's current one.
    fn see(&mut self, session: &Session) {
        let known = self
            .newest
            .as_ref()
            .is_some_and(|newest| newest.authorization == session.authorization);
        if !known {
            self.newest = Some(Newest {
                authorization: session.authorization.clone(),
                first_seen: Moment::now(),
                previous_serves: false,
            });
        }
        let serving = self
            .session()
            .filter(|session| session.is_previous)
            .is_some_and(|session| self.refused_since(&session.authorization).is_none());
        if let Some(newest) = &mut self.newest
            && serving
        {
            newest.previous_serves = true;
        }
    }

    /// Whether the token before the store's current one may still be let in.
    pub(super) fn may_fall_back(&self) -> bool {
        self.newest
            .as_ref()
            .is_some_and(|newest| newest.previous_serves || newest.first_seen.age() <= OVERLAP)
    }

    /// Heeds the token before the current one, likewise.
    pub(super) fn fall_back(&mut self, number: u64, session: Session) -> (Verdict, bool) {
        if self.closed || number < self.heeded {
            return (Verdict::Done, false);
        }
        if self.refused_since(&session.authorization).is_some() {
            return (Verdict::Refused, false);
        }
        let within = self
            .newest
            .as_ref()
            .is_some_and(|newest| newest.first_seen.age() <= OVERLAP);
        let ttl = if within { PREVIOUS_TTL } else { OVERLAP };
        let lifetime = Lifetime::new(ttl, session.expires_at);
        let session = Session {
            is_previous: true,
            ..session
        };
        (Verdict::Done, self.take(session, lifetime))
    }

    fn take(&mut self, session: Session, lifetime: Lifetime) -> bool {
        self.failed.end();
        self.failure = None;
        self.postponed.end();
        self.waited_in_vain = false;
        let renewed = match &mut self.kept {
            Some(kept) if kept.session.is_like(&session) => {
                kept.lifetime = lifetime;
                false
            }
            kept => kept
                .replace(Kept {
                    session: Arc::new(session),
                    since: Moment::now(),
                    lifetime,
                })
                .is_some(),
        };
        if renewed {
            self.fruitless.end();
        }
        // Due again at once: the store has no successor yet.
        if lifetime.standing() != Standing::Fresh {
            self.postponed.begin(POSTPONED);
        }
        if lifetime.has_ended() && self.fruitless.is_over() {
            self.fruitless.begin(FRUITLESS);
        }
        renewed
    }

    /// A look-up for a refused token brought no other.
    pub(super) fn stay(&mut self) {
        self.failed.end();
        self.failure = None;
        self.fruitless.begin(FRUITLESS);
        // After the pause each token is worth a try again.
        self.refused.clear();
    }

    /// A look-up failed.
    pub(super) fn fail(&mut self, cause: &Cause, error: &Error, is_local: bool) {
        self.postponed.begin(POSTPONED);
        self.waited_in_vain = false;
        let needed = match cause {
            // To read a variable or a file again costs nothing.
            Cause::Start => !is_local,
            Cause::Due => false,
            Cause::Refused(_) => true,
        };
        let refused = self
            .session()
            .is_some_and(|session| self.refused_since(&session.authorization).is_some());
        if needed || refused {
            self.failed.begin(FAILED);
            self.failure = Some(error.clone());
        }
    }
}
