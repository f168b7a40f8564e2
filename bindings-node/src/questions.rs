//! Questions of calls under way, for the user's middlewares and retry strategy, and their answers.
//!
//! They come to JavaScript in the batches that finished calls come in, and are answered with a call
//! of the queue, as late as the user's promise wishes: the call's deadline bounds the wait.

use crate::errors::by_turns;
use crate::queue::NativeQueue;
use momento_lambda_core::bridge::{Answer, Question, QuestionKind};
use momento_lambda_core::{Error, ErrorCode};
use napi::bindgen_prelude::Uint8Array;
use napi_derive::napi;
use std::time::Duration;

/// A question, for `lib/hooks.ts`.
#[napi(object, object_from_js = false)]
pub struct NativeQuestion {
    /// The number to answer with.
    pub number: f64,
    /// `before`, `after` or `retry`.
    pub kind: &'static str,
    /// The RPC's path.
    pub path: &'static str,
    /// 1 for the first attempt.
    pub attempt: u32,
    /// The message's name in Momento's protocol.
    pub message_name: Option<&'static str>,
    /// The message, encoded.
    pub message: Option<Uint8Array>,
    /// Names and values by turns.
    pub metadata: Vec<String>,
    /// The gRPC status.
    pub code: i32,
    /// The status message.
    pub details: String,
    /// What is left of the deadline.
    pub remaining_millis: f64,
}

pub fn written(question: Question) -> NativeQuestion {
    // Numbers count up from 1: 2^53 questions take longer than there is.
    #[expect(clippy::cast_precision_loss, reason = "see above")]
    let number = question.number as f64;
    match question.kind {
        QuestionKind::Before(attempt) => NativeQuestion {
            number,
            kind: "before",
            path: attempt.path,
            attempt: attempt.number,
            message_name: Some(attempt.message_name),
            message: Some(Uint8Array::from(attempt.message.to_vec())),
            metadata: by_turns(&attempt.metadata),
            code: 0,
            details: String::new(),
            remaining_millis: 0.0,
        },
        QuestionKind::After(answered) => NativeQuestion {
            number,
            kind: "after",
            path: answered.path,
            attempt: answered.number,
            message_name: Some(answered.reply_name),
            message: answered.reply.map(|reply| Uint8Array::from(reply.to_vec())),
            metadata: by_turns(&answered.metadata),
            code: answered.code,
            details: answered.details,
            remaining_millis: 0.0,
        },
        QuestionKind::Retry(failed) => NativeQuestion {
            number,
            kind: "retry",
            path: failed.path,
            attempt: failed.attempt,
            message_name: None,
            message: None,
            metadata: Vec::new(),
            code: failed.code,
            details: failed.details,
            remaining_millis: failed.remaining.as_secs_f64() * 1_000.0,
        },
    }
}

#[napi]
impl NativeQueue {
    /// The metadata to send: names and values by turns.
    #[napi]
    pub fn answer_metadata(&self, number: f64, metadata: Vec<String>) {
        let mut texts = metadata.into_iter();
        let mut pairs = Vec::new();
        while let (Some(name), Some(value)) = (texts.next(), texts.next()) {
            pairs.push((name, value));
        }
        self.answer(number, Answer::Metadata(pairs));
    }

    /// What happened has been seen.
    #[napi]
    pub fn answer_done(&self, number: f64) {
        self.answer(number, Answer::Done);
    }

    /// The pause before the next attempt; none where it is left out.
    #[napi]
    pub fn answer_retry(&self, number: f64, milliseconds: Option<f64>) {
        let pause = milliseconds.and_then(|milliseconds| {
            Duration::try_from_secs_f64(milliseconds.max(0.0) / 1_000.0).ok()
        });
        self.answer(number, Answer::Retry(pause));
    }

    /// The hook failed, and so does the call.
    #[napi]
    pub fn answer_failed(&self, number: f64, details: String) {
        let error = Error::new(ErrorCode::Unknown, details);
        self.answer(number, Answer::Failed(error));
    }

    fn answer(&self, number: f64, answer: Answer) {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "the number of a question, see above"
        )]
        self.submissions()
            .completions()
            .answer(number as u64, answer);
    }
}
