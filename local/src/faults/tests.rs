use http::{HeaderName, HeaderValue};

use super::*;

const GET: &str = "/cache_client.Scs/Get";

/// A server's view of calls with one set of headers.
struct Caller {
    headers: HeaderMap,
    rpcs: Table,
    requests: Requests,
}

impl Caller {
    fn new(headers: &[(&'static str, &'static str)]) -> Self {
        let headers = headers.iter().map(|(name, value)| {
            (
                HeaderName::from_static(name),
                HeaderValue::from_static(value),
            )
        });
        Self {
            headers: headers.collect(),
            rpcs: Table::new(),
            requests: Requests::default(),
        }
    }

    fn call(&self, path: &str) -> Result<(Option<Code>, Option<Duration>), String> {
        let rpc = self.rpcs.find(path).ok_or("no such RPC")?;
        asked_for(&self.headers, rpc, &self.rpcs, &self.requests)
            .map(|faults| (faults.error.map(|status| status.code()), faults.delay))
            .map_err(|status| format!("{:?}: {}", status.code(), status.message()))
    }
}

#[test]
fn without_headers_nothing_happens() {
    let caller = Caller::new(&[("request-id", "a")]);
    assert_eq!(caller.call(GET), Ok((None, None)));
}

#[test]
fn an_error_befalls_the_named_rpcs() {
    let headers = [
        ("return-error", "unavailable"),
        ("error-rpcs", "topic-publish get  set-if list-remove"),
    ];
    let caller = Caller::new(&headers);
    for path in [
        GET,
        "/cache_client.Scs/SetIf",
        "/cache_client.Scs/SetIfNotExists",
        "/cache_client.Scs/ListErase",
    ] {
        assert_eq!(caller.call(path), Ok((Some(Code::Unavailable), None)));
    }
    assert_eq!(caller.call("/cache_client.Scs/Set"), Ok((None, None)));
}

#[test]
fn a_count_ends_it_and_other_rpcs_do_not_count() {
    let caller = Caller::new(&[
        ("request-id", "a"),
        ("return-error", "internal"),
        ("error-rpcs", "get"),
        ("error-count", "2"),
        ("delay-ms", "50"),
        ("delay-rpcs", "get delete"),
        ("delay-count", "1"),
    ]);
    assert_eq!(caller.call("/cache_client.Scs/Set"), Ok((None, None)));
    let delay = Some(Duration::from_millis(50));
    assert_eq!(caller.call(GET), Ok((Some(Code::Internal), delay)));
    assert_eq!(caller.call("/cache_client.Scs/Delete"), Ok((None, None)));
    assert_eq!(caller.call(GET), Ok((Some(Code::Internal), None)));
    assert_eq!(caller.call(GET), Ok((None, None)));
}

#[test]
fn every_code_has_its_name() {
    for (name, code) in CODES {
        let caller = Caller::new(&[("return-error", name), ("error-rpcs", "get")]);
        assert_eq!(caller.call(GET), Ok((Some(code), None)));
    }
}

#[test]
fn what_would_have_no_effect_is_refused_by_its_name() {
    for (headers, expected) in [
        (
            &[("return-error", "unavailabel"), ("error-rpcs", "get")][..],
            "`return-error` header must be a gRPC code",
        ),
        (
            &[("return-error", "unavailable")],
            "`return-error` header needs `error-rpcs`",
        ),
        (
            &[("error-rpcs", "get")],
            "`error-rpcs` header has no effect without `return-error`",
        ),
        (
            &[("return-error", "unavailable"), ("error-rpcs", "gte")],
            "`error-rpcs` header names an RPC",
        ),
        (
            &[("error-count", "1")],
            "`error-count` header needs `error-rpcs`",
        ),
        (
            &[
                ("return-error", "unavailable"),
                ("error-rpcs", "get"),
                ("error-count", "1"),
            ],
            "`error-count` header needs a `request-id`",
        ),
        (
            &[("delay-ms", "50")],
            "`delay-ms` header needs `delay-rpcs`",
        ),
        (
            &[("delay-rpcs", "get")],
            "`delay-rpcs` header has no effect without `delay-ms`",
        ),
        (
            &[("delay-ms", "1.5"), ("delay-rpcs", "get")],
            "`delay-ms` header must be a whole number",
        ),
        (
            &[("delay-ms", "-1"), ("delay-rpcs", "get")],
            "`delay-ms` header must be a whole number",
        ),
        (
            &[
                ("delay-ms", "1"),
                ("delay-rpcs", "get"),
                ("delay-count", "many"),
            ],
            "`delay-count` header must be a whole number",
        ),
        (&[("request-id", " ")], "`request-id` header must have"),
    ] {
        let answer = Caller::new(headers).call(GET);
        assert!(
            answer
                .as_ref()
                .is_err_and(|text| text.starts_with("InvalidArgument") && text.contains(expected)),
            "{headers:?}: {answer:?}"
        );
    }
    let mut caller = Caller::new(&[("delay-rpcs", "get")]);
    for header in [
        REQUEST_ID,
        RETURN_ERROR,
        ERROR_RPCS,
        ERROR_COUNT,
        DELAY_MS,
        DELAY_COUNT,
    ] {
        let before = caller.headers.clone();
        if let Ok(value) = HeaderValue::from_bytes(b"\xff") {
            caller.headers.insert(header, value);
        }
        let answer = caller.call(GET);
        assert!(answer.is_err_and(|text| text.contains(header)), "{header}");
        caller.headers = before;
    }
}

#[test]
fn an_id_without_end_is_refused() {
    let mut caller = Caller::new(&[]);
    if let Ok(value) = HeaderValue::from_str(&"x".repeat(ID_BYTES + 1)) {
        caller.headers.insert(REQUEST_ID, value);
    }
    assert!(caller.call(GET).is_err());
}
