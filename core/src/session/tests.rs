//! What follows from what a store offers and the service refuses, with hours that pass by the clock.

use super::Session;
use super::lifetime::Standing;
use super::state::{Cause, State, Verdict};
use crate::clock::Moment;
use crate::clock::tests::wall_clock_moves_on;
use crate::error::{Error, ErrorCode};
use crate::options::ClientOptions;
use crate::token::{Credential, Endpoints};
use secrecy::SecretString;
use std::sync::Arc;
use std::time::Duration;

const TTL: Duration = Duration::from_mins(15);
const MINUTE: Duration = Duration::from_mins(1);

fn session(token: &str) -> Session {
    let endpoints = Endpoints::local("127.0.0.1", 1);
    let credential = Credential::new(SecretString::from(token), endpoints);
    let options = ClientOptions::new(credential.clone());
    Session::new(&options, &credential, None, &Arc::default()).expect("a session")
}

impl State {
    fn kept(&self) -> Arc<Session> {
        Arc::clone(self.session().expect("a session"))
    }

    /// A look-up that brings this current token.
    fn brought(&mut self, token: &str, cause: &Cause) -> Verdict {
        let number = self.begin(cause).expect("a cause");
        self.heed(number, Moment::now(), session(token), TTL).0
    }

    /// The token in use is refused, a look-up brings these.
    fn refused(&mut self, current: &str, previous: &str) -> Verdict {
        let kept = self.kept();
        assert!(self.refuse(&kept), "in a pause");
        let cause = Cause::Refused(kept);
        let number = self.begin(&cause).expect("a cause");
        let (verdict, _) = self.heed(number, Moment::now(), session(current), TTL);
        let verdict = if verdict == Verdict::Refused && self.may_fall_back() {
            self.fall_back(number, session(previous)).0
        } else {
            verdict
        };
        if verdict == Verdict::Refused {
            self.stay();
        }
        verdict
    }

    fn uses(&self, token: &str) -> bool {
        self.kept().authorization == token
    }
}

fn started(token: &str) -> State {
    let mut state = State::default();
    assert_eq!(state.brought(token, &Cause::Start), Verdict::Done);
    state
}

#[test]
fn the_token_before_is_tried_only_while_the_current_one_is_new() {
    let mut state = started("current");
    assert_eq!(state.refused("current", "before"), Verdict::Done);
    assert!(state.uses("before") && state.kept().is_previous());

    let mut state = started("current");
    wall_clock_moves_on(Duration::from_mins(6));
    assert_eq!(state.refused("current", "before"), Verdict::Refused);
    assert!(state.uses("current"));
}

#[test]
fn the_token_before_serves_as_long_as_the_current_one_is_not_let_in() {
    let mut state = started("current");
    assert_eq!(state.refused("current", "before"), Verdict::Done);
    for _ in 0..10 {
        // Longer than either of its times to live.
        wall_clock_moves_on(MINUTE * 7);
        assert_ne!(state.standing().expect("kept").1, Standing::Fresh);
        // A look-up beside tries the current one again; it is refused still.
        assert_eq!(state.brought("current", &Cause::Due), Verdict::Done);
        assert!(state.uses("current"));
        assert_eq!(state.refused("current", "before"), Verdict::Done);
        assert!(state.uses("before"));
    }
    // Once it has served as the current one does, its age is counted as ever.
    wall_clock_moves_on(MINUTE * 7);
    assert_eq!(state.brought("current", &Cause::Due), Verdict::Done);
    wall_clock_moves_on(TTL.mul_f64(0.8));
    assert_eq!(state.standing().expect("kept").1, Standing::Fresh);
}

#[test]
fn of_two_that_are_refused_none_is_tried_twice_before_the_pause() {
    let mut state = started("current");
    assert_eq!(state.refused("current", "before"), Verdict::Done);
    assert_eq!(state.refused("current", "before"), Verdict::Refused);
    assert!(!state.refuse(&state.kept()), "no pause");
    // After the pause each has its chance again.
    wall_clock_moves_on(Duration::from_secs(2));
    assert_eq!(state.refused("current", "before"), Verdict::Done);
    assert!(state.uses("current"));
}

#[test]
fn a_refusal_after_the_look_up_began_wants_another() {
    let mut state = started("old");
    let kept = state.kept();
    wall_clock_moves_on(TTL * 2);
    let number = state.begin(&Cause::Due).expect("due");
    let asked = Moment::now();
    std::thread::sleep(Duration::from_millis(2));
    assert!(state.refuse(&kept));
    let (verdict, _) = state.heed(number, asked, session("old"), TTL);
    assert_eq!(verdict, Verdict::Again);
    let (verdict, renewed) = state.heed(number, Moment::now(), session("new"), TTL);
    assert_eq!((verdict, renewed), (Verdict::Done, true));
}

#[test]
fn refusals_that_come_during_the_look_up_for_the_first_want_no_other() {
    let mut state = started("old");
    // It has served.
    wall_clock_moves_on(MINUTE);
    let kept = state.kept();
    assert!(state.refuse(&kept));
    let cause = Cause::Refused(Arc::clone(&kept));
    let number = state.begin(&cause).expect("refused");
    let asked = Moment::now();
    std::thread::sleep(Duration::from_millis(2));
    assert!(state.refuse(&kept));
    let (verdict, _) = state.heed(number, asked, session("old"), TTL);
    assert_eq!(verdict, Verdict::Refused);
}

#[test]
fn an_answer_that_took_longer_than_that_of_a_later_look_up_changes_nothing() {
    let mut state = started("old");
    wall_clock_moves_on(TTL * 2);
    let first = state.begin(&Cause::Due).expect("due");
    let second = state.begin(&Cause::Due).expect("due");
    state.heed(second, Moment::now(), session("newer"), TTL);
    state.heed(first, Moment::now(), session("older"), TTL);
    assert!(state.uses("newer"));
}

#[test]
fn a_cause_that_is_gone_makes_no_look_up() {
    let mut state = started("a");
    let refused = state.kept();
    assert!(state.begin(&Cause::Start).is_none());
    assert!(state.begin(&Cause::Due).is_none());
    assert_eq!(state.refused("b", ""), Verdict::Done);
    assert!(state.begin(&Cause::Refused(refused)).is_none());
    wall_clock_moves_on(TTL * 2);
    assert!(state.begin(&Cause::Due).is_some());
    drop(state.close());
    assert!(state.begin(&Cause::Start).is_none());
    let (_, renewed) = state.heed(9, Moment::now(), session("late"), TTL);
    assert!(!renewed && state.session().is_none());
}

#[test]
fn hours_of_a_store_that_is_down_cost_few_look_ups() {
    let mut state = started("a");
    let down = Error::new(ErrorCode::ServerUnavailable, "down");
    wall_clock_moves_on(TTL * 2);
    let mut look_ups = 0;
    for _ in 0..3_600 {
        if state.may_refresh(Duration::from_secs(2)) {
            look_ups += 1;
            state.fail(&Cause::Due, &down, false);
        }
        wall_clock_moves_on(Duration::from_secs(1));
    }
    assert!((100..200).contains(&look_ups), "{look_ups} in an hour");
    assert!(state.failed.is_over(), "calls had no need of them");
    assert_eq!(state.brought("b", &Cause::Due), Verdict::Done);
    assert!(!state.is_postponed());
}
