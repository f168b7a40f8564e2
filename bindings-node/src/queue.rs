//! The way back: one threadsafe function per environment, that is per main thread or worker.
//!
//! Problem: a threadsafe function per call, or a native promise per call, costs more than the call;
//! and one that is always referenced keeps the process from ending. Choice: the core's completion
//! queue wakes one function, which JavaScript answers with one [`NativeQueue::drain`]. The function
//! is referenced while calls are pending and only then, so an idle process ends by itself and a busy
//! one stays for its answers.

use crate::client::NativeClient;
use crate::errors::NativeError;
use crate::replies;
use crate::settings::{NativeClientOptions, NativeSharedOptions};
use momento_lambda_core::bridge::{Completions, Event, Submissions};
use momento_lambda_core::{CacheClient, get_momento_client_with, runtime};
use napi::bindgen_prelude::{Array, Either, Function};
use napi::threadsafe_function::{ThreadsafeFunction, ThreadsafeFunctionCallMode};
use napi::{Env, Result, Status};
use napi_derive::napi;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::{Arc, Mutex, PoisonError};

/// Not told of errors, not referenced, unbounded: there is never more than one wake to a batch.
type Wake = ThreadsafeFunction<(), (), (), Status, false, true>;

/// What one environment has under way.
pub struct Queue {
    submissions: Submissions,
    wake: Arc<Mutex<Wake>>,
    /// How many calls are under way. The function is referenced while there are any.
    pending: Cell<usize>,
    /// Clients that this environment got from the core's registry, by the number it knows them by.
    shared: RefCell<Vec<(u32, CacheClient)>>,
    last_number: Cell<u32>,
}

impl Queue {
    fn new(answer: &Function<'_, (), ()>) -> Result<Self> {
        let wake: Wake = answer
            .build_threadsafe_function()
            .weak::<true>()
            .build_callback(|_| Ok(()))?;
        let wake = Arc::new(Mutex::new(wake));
        let woken = Arc::clone(&wake);
        let completions = Completions::new(move || {
            // Fails when the environment is going: then nobody waits any more.
            let wake = woken.lock().unwrap_or_else(PoisonError::into_inner);
            wake.call((), ThreadsafeFunctionCallMode::NonBlocking);
        });
        Ok(Self {
            submissions: Submissions::new(Arc::new(completions)),
            wake,
            pending: Cell::new(0),
            shared: RefCell::default(),
            last_number: Cell::new(0),
        })
    }

    /// Where calls go, and come back.
    pub fn submissions(&self) -> &Submissions {
        &self.submissions
    }

    /// One more call is under way, or why it is not.
    pub fn began(
        &self,
        env: Env,
        submitted: momento_lambda_core::Result<()>,
    ) -> Option<NativeError> {
        if let Err(error) = submitted {
            return Some(NativeError::from(&error));
        }
        let before = self.pending.get();
        self.pending.set(before + 1);
        if before == 0 {
            self.keep_alive(env, true);
        }
        None
    }

    /// Calls have ended, or are given up.
    fn ended(&self, env: Env, calls: usize) {
        let left = self.pending.get().saturating_sub(calls);
        self.pending.set(left);
        if left == 0 && calls > 0 {
            self.keep_alive(env, false);
        }
    }

    /// Gives a call up. One that has ended meanwhile is on its way to `drain`.
    pub fn cancel(&self, env: Env, ticket: u32) {
        if self.submissions.give_up(ticket.into()) {
            self.ended(env, 1);
        }
    }

    #[expect(
        deprecated,
        reason = "cloning and dropping instead would end the function's life, not its hold on the process"
    )]
    fn keep_alive(&self, env: Env, alive: bool) {
        let mut wake = self.wake.lock().unwrap_or_else(PoisonError::into_inner);
        let changed = if alive {
            wake.refer(&env)
        } else {
            wake.unref(&env)
        };
        // Fails only while the environment is being torn down, when it makes no difference.
        drop(changed);
    }

    /// The number by which this environment knows a client of the registry.
    fn number(&self, client: &CacheClient) -> u32 {
        let mut shared = self.shared.borrow_mut();
        let known = shared
            .iter()
            // Clones share their options, other clients have others: this is identity.
            .find(|(_, known)| std::ptr::eq(known.options(), client.options()))
            .map(|(number, _)| *number);
        known.unwrap_or_else(|| {
            let number = self.last_number.get() + 1;
            self.last_number.set(number);
            shared.push((number, client.clone()));
            number
        })
    }

    /// Forgets a client that is closed.
    pub fn forget(&self, number: u32) {
        self.shared
            .borrow_mut()
            .retain(|(known, _)| *known != number);
    }
}

/// JavaScript's end of it.
#[napi]
pub struct NativeQueue(Rc<Queue>);

impl NativeQueue {
    pub(crate) fn submissions(&self) -> &Submissions {
        &self.0.submissions
    }

    pub(crate) fn queue(&self) -> &Queue {
        &self.0
    }
}

#[napi]
impl NativeQueue {
    /// `answer` is called when calls have finished, and should then call `drain`.
    #[napi(constructor)]
    pub fn new(answer: Function<'_, (), ()>) -> Result<Self> {
        Ok(Self(Rc::new(Queue::new(&answer)?)))
    }

    /// All finished calls and all questions; see `replies.rs` for the form.
    #[napi]
    pub fn drain<'env>(&self, env: &'env Env) -> Result<Array<'env>> {
        let events = self.0.submissions.completions().drain();
        let is_call = |event: &&Event| matches!(event, Event::Completed(_));
        let ended = events.iter().filter(is_call).count();
        self.0.ended(*env, ended);
        let length = u32::try_from(events.len()).unwrap_or(u32::MAX);
        let mut batch = env.create_array(length.saturating_mul(replies::STRIDE))?;
        let mut index = 0;
        for event in events {
            replies::write(*env, &mut batch, index, event)?;
            index += replies::STRIDE;
        }
        Ok(batch)
    }

    /// A client of its own.
    #[napi]
    pub fn client(&self, options: NativeClientOptions) -> Either<NativeClient, NativeError> {
        match options.read().and_then(CacheClient::new) {
            Ok(client) => Either::A(NativeClient::new(client, Rc::clone(&self.0), 0)),
            Err(error) => Either::B(NativeError::from(&error)),
        }
    }

    /// The client that these options and the environment's variables ask for: the same client, and
    /// the same number, as long as it is open.
    #[napi]
    pub fn shared(&self, options: NativeSharedOptions) -> Either<NativeClient, NativeError> {
        let found = options.read().and_then(get_momento_client_with);
        let (client, new) = match found {
            Ok(found) => found,
            Err(error) => return Either::B(NativeError::from(&error)),
        };
        if new {
            let starting = client.clone();
            // What fails here fails again, and is told, in the first operation.
            let started = runtime::ensure_worker().and_then(|()| {
                runtime::run_in_background(async move { drop(starting.start().await) })
            });
            drop(started);
        }
        let number = self.0.number(&client);
        Either::A(NativeClient::new(client, Rc::clone(&self.0), number))
    }
}
