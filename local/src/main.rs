//! The program: reads the command line, serves until a signal or the end of stdin.

mod arguments;

use std::env;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::thread;

use arguments::Command;
use momento_lambda_local::{Error, Options, Server};
use tokio::sync::oneshot;

/// Exit status for a command line that cannot be understood, as with most programs.
const USAGE: u8 = 2;

/// Why the program stopped before it was asked to.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error("cannot read {option} {}: {source}", path.display())]
    File {
        option: &'static str,
        path: PathBuf,
        source: io::Error,
    },
    #[error("cannot start: {0}")]
    Start(#[from] Error),
    #[error("cannot tell where it listens: {0}")]
    Output(io::Error),
    #[error("cannot set up the runtime, the signals or the wait for stdin: {0}")]
    Runtime(io::Error),
}

fn main() -> ExitCode {
    let outcome = match arguments::parse(env::args_os().skip(1)) {
        Err(error) => return complain(&error, USAGE),
        Ok(Command::Help) => say(arguments::HELP),
        Ok(Command::Version) => say(concat!(
            "momento-lambda-local ",
            env!("CARGO_PKG_VERSION"),
            "\n"
        )),
        Ok(Command::Serve {
            options,
            tls,
            exit_with_stdin,
        }) => serve(*options, tls, exit_with_stdin),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure::Start(Error::NotLoopback(host))) => complain(
            &format_args!(
                "--host {host} can be reached from other machines: \
                 add --allow-remote if that is meant, else give 127.0.0.1"
            ),
            USAGE,
        ),
        Err(failure) => complain(&failure, 1),
    }
}

fn serve(
    mut options: Options,
    tls: Option<(PathBuf, PathBuf)>,
    exit_with_stdin: bool,
) -> Result<(), Failure> {
    if let Some((certificate, key)) = tls {
        options = options.tls(
            read("--tls-certificate", &certificate)?,
            read("--tls-key", &key)?,
        );
    }
    // One thread: it serves one function's client, often beside it on two cores, and more threads cost the client more than
    // they bring (docs/decisions/0012-hot-path.md).
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(Failure::Runtime)?;
    runtime.block_on(async {
        // Before the first line of output: who has read it may send a signal.
        let mut signals = Signals::new().map_err(Failure::Runtime)?;
        let mut stdin = Stdin::watch(exit_with_stdin).map_err(Failure::Runtime)?;
        let server = Server::start(options).await?;
        say(&format!("listening on {}\n", server.address()))?;
        if let Some(address) = server.admin_address() {
            say(&format!("admin on {address}\n"))?;
        }
        tokio::select! {
            () = signals.next() => {}
            () = stdin.end() => {}
        }
        tokio::select! {
            () = server.shutdown() => {}
            () = signals.next() => {}
        }
        Ok(())
    })
}

fn read(option: &'static str, path: &Path) -> Result<String, Failure> {
    fs::read_to_string(path).map_err(|source| Failure::File {
        option,
        path: path.to_owned(),
        source,
    })
}

fn say(text: &str) -> Result<(), Failure> {
    let mut stdout = io::stdout();
    stdout
        .write_all(text.as_bytes())
        .and_then(|()| stdout.flush())
        .map_err(Failure::Output)
}

fn complain(error: &dyn std::fmt::Display, status: u8) -> ExitCode {
    // With no stderr to complain on, the exit status has to do.
    let _ = writeln!(io::stderr(), "momento-lambda-local: {error}");
    ExitCode::from(status)
}

/// The end of stdin, which comes with the end of who holds its other side, whichever way that ended.
///
/// Read by a thread of its own: tokio's stdin would keep the runtime from ending before the next byte.
struct Stdin(Option<oneshot::Receiver<()>>);

impl Stdin {
    fn watch(asked_for: bool) -> io::Result<Self> {
        if !asked_for {
            return Ok(Self(None));
        }
        let (ended, end) = oneshot::channel();
        thread::Builder::new()
            .name("stdin".to_owned())
            .spawn(move || {
                // An input that cannot be read has ended too.
                let _ = io::copy(&mut io::stdin().lock(), &mut io::sink());
                let _ = ended.send(());
            })?;
        Ok(Self(Some(end)))
    }

    /// Never, where it is not watched.
    async fn end(&mut self) {
        match &mut self.0 {
            Some(end) => drop(end.await),
            None => std::future::pending().await,
        }
    }
}

/// SIGTERM and SIGINT; on Windows, Ctrl-C.
#[cfg(unix)]
struct Signals {
    terminate: tokio::signal::unix::Signal,
    interrupt: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    fn new() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
        })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}

#[cfg(windows)]
struct Signals(tokio::signal::windows::CtrlC);

#[cfg(windows)]
impl Signals {
    fn new() -> io::Result<Self> {
        tokio::signal::windows::ctrl_c().map(Self)
    }

    async fn next(&mut self) {
        self.0.recv().await;
    }
}
