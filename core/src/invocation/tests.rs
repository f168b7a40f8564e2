//! Invocations on a clock that the tests move.

use super::*;

const SECOND: Duration = Duration::from_secs(1);
const MARGIN: Duration = Invocation::MARGIN;

/// A process of the test's own.
fn fresh() -> &'static Invocations {
    of_process(None)
}

fn of_process(process: Option<Process>) -> &'static Invocations {
    Box::leak(Box::new(Invocations::new(process)))
}

fn begin(of: &'static Invocations, remaining: Option<Duration>) -> Invocation {
    Invocation::of(of, remaining, MARGIN)
}

fn left(of: &'static Invocations) -> Option<Duration> {
    let limit = of.limit()?;
    let left = limit.at.saturating_duration_since(Instant::now());
    // The limit is kept in microseconds.
    Some(Duration::from_millis(
        u64::try_from(left.as_micros().div_ceil(1_000)).expect("short"),
    ))
}

#[tokio::test(start_paused = true)]
async fn the_latest_limit_binds_and_one_without_a_limit_frees() {
    let of = fresh();
    assert_eq!(left(of), None);
    let short = begin(of, Some(SECOND));
    assert_eq!(left(of), Some(SECOND.saturating_sub(MARGIN)));
    let long = begin(of, Some(3 * SECOND));
    assert_eq!(left(of), Some((3 * SECOND).saturating_sub(MARGIN)));
    let unknown = begin(of, None);
    assert_eq!(left(of), None);
    drop(unknown);
    long.end();
    long.end();
    assert_eq!(left(of), Some(SECOND.saturating_sub(MARGIN)));
    drop((long, short));
    assert_eq!(left(of), None);
}

#[tokio::test(start_paused = true)]
async fn a_margin_takes_half_of_a_short_time_at_most() {
    let of = fresh();
    let _short = begin(of, Some(Duration::from_millis(40)));
    assert_eq!(left(of), Some(Duration::from_millis(20)));
}

#[tokio::test(start_paused = true)]
async fn a_time_beyond_what_a_clock_can_tell_is_no_limit() {
    let of = fresh();
    let _endless = begin(of, Some(Duration::MAX));
    assert_eq!(left(of), None);
}

#[tokio::test(start_paused = true)]
async fn an_invocation_that_nobody_ended_binds_until_its_time_is_over() {
    let of = fresh();
    let forgotten = begin(of, Some(SECOND));
    tokio::time::advance(SECOND.saturating_sub(MARGIN / 2)).await;
    assert!(of.limit().is_some_and(Limit::is_over));
    tokio::time::advance(SECOND).await;
    assert_eq!(left(of), None);
    let last = begin(of, Some(SECOND));
    assert!(of.is_alone(last.number), "the forgotten one is gone");
    drop(forgotten);
}

#[tokio::test(start_paused = true)]
async fn settling_waits_for_calls_and_no_longer() {
    let of = fresh();
    let invocation = begin(of, Some(SECOND));
    invocation.settle().await;
    let flights = [of.enter(), of.enter()];
    let began = Instant::now();
    let ended = async {
        for flight in flights {
            tokio::time::sleep(Duration::from_millis(100)).await;
            drop(flight);
        }
    };
    tokio::join!(invocation.settle(), ended);
    assert_eq!(began.elapsed(), Duration::from_millis(200));
    assert_eq!(invocation.unfinished(), 0);
}

#[tokio::test(start_paused = true)]
async fn what_does_not_end_in_time_is_counted() {
    let of = fresh();
    let invocation = begin(of, Some(SECOND));
    let began = Instant::now();
    let _endless = of.enter();
    let cut = async {
        let flight = of.enter();
        tokio::time::sleep(SECOND.saturating_sub(MARGIN)).await;
        drop(of.limit().map(|limit| limit.error(Operation::Set)));
        drop(flight);
    };
    tokio::join!(invocation.settle(), cut);
    assert_eq!(invocation.unfinished(), 2);
    assert!(began.elapsed() < SECOND, "the handler can still answer");
    assert!(!invocation.may_settle());
}

#[tokio::test(start_paused = true)]
async fn only_the_last_one_waits_and_not_when_another_begins() {
    let of = fresh();
    let outer = begin(of, Some(10 * SECOND));
    let inner = begin(of, Some(10 * SECOND));
    let flight = of.enter();
    let began = Instant::now();
    inner.settle().await;
    drop(inner);
    assert_eq!(began.elapsed(), Duration::ZERO);
    assert!(outer.may_settle());
    let ((), next) = tokio::join!(outer.settle(), async {
        tokio::time::sleep(SECOND).await;
        begin(of, Some(10 * SECOND))
    });
    assert_eq!(began.elapsed(), SECOND);
    assert!(!outer.may_settle(), "the other one will");
    drop(outer);
    tokio::join!(next.settle(), async {
        tokio::time::sleep(SECOND).await;
        drop(flight);
    });
    assert_eq!(began.elapsed(), 2 * SECOND);
}

#[tokio::test(start_paused = true)]
#[expect(
    clippy::await_holding_lock,
    reason = "a lock that stays locked is what this is about"
)]
async fn the_child_of_a_fork_leaves_the_parent_s_invocations_alone() {
    let parents = of_process(Some(Process::OTHER));
    let invocation = begin(parents, Some(SECOND));
    let _flight = parents.enter();
    // As a thread that is not there any more left it.
    let _locked = parents.active();
    assert_eq!(invocation.under_way(), 0);
    assert!(!invocation.may_settle());
    invocation.settle().await;
    drop(invocation);
}

#[tokio::test(start_paused = true)]
async fn without_a_limit_settling_waits_for_the_calls_own_deadlines() {
    let of = fresh();
    let invocation = begin(of, None);
    let flight = of.enter();
    tokio::join!(invocation.settle(), async {
        tokio::time::sleep(60 * SECOND).await;
        drop(flight);
    });
    assert_eq!(invocation.unfinished(), 0);
}
