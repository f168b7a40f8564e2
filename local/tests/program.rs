//! The program: what it prints, how it ends, and what it says to a bad command line.

#![cfg(unix)]

mod common;

use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::PathBuf;
use std::process::{Child, ChildStdout, Command, ExitStatus, Output, Stdio};
use std::time::{Duration, Instant};

use common::{CACHE, Client, MINUTE, PATIENCE, TestResult};
use momento_protos::cache_client::GetRequest;
use tonic::transport::{Certificate, Channel, ClientTlsConfig};

type Failure = Box<dyn std::error::Error>;

fn program(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_momento-lambda-local"));
    command.args(arguments).stdin(Stdio::null());
    command
}

/// A running program that does not outlive its test.
struct Running {
    child: Child,
    output: BufReader<ChildStdout>,
}

impl Running {
    fn start(arguments: &[&str]) -> Result<Self, Failure> {
        Self::spawn(program(arguments))
    }

    fn spawn(mut program: Command) -> Result<Self, Failure> {
        let mut child = program.stdout(Stdio::piped()).spawn()?;
        let output = BufReader::new(child.stdout.take().ok_or("no stdout")?);
        Ok(Self { child, output })
    }

    /// The address in the next line, which must start so.
    fn address(&mut self, start: &str) -> Result<String, Failure> {
        let mut line = String::new();
        self.output.read_line(&mut line)?;
        let address = line
            .strip_prefix(start)
            .and_then(|rest| rest.strip_suffix('\n'));
        Ok(address
            .ok_or_else(|| format!("a line `{line}`"))?
            .to_owned())
    }

    fn signal(&self, name: &str) -> TestResult {
        let pid = self.child.id().to_string();
        let sent = Command::new("kill").args(["-s", name, &pid]).status()?;
        if sent.success() {
            Ok(())
        } else {
            Err("no signal was sent".into())
        }
    }

    /// Waits in a way that lets a client of this test see the server say good-bye.
    async fn end(&mut self) -> Result<ExitStatus, Failure> {
        let start = Instant::now();
        while start.elapsed() < PATIENCE {
            if let Some(status) = self.child.try_wait()? {
                return Ok(status);
            }
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        Err("it does not end".into())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Gone already, in a test that went well.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

async fn connect(address: &str) -> Result<Client, Failure> {
    Ok(Client::on(
        Channel::from_shared(format!("http://{address}"))?
            .connect()
            .await?,
    ))
}

#[tokio::test]
async fn it_tells_its_addresses_serves_and_ends_at_a_signal() -> TestResult {
    for signal in ["TERM", "INT"] {
        let mut running = Running::start(&["--port", "0", "--admin-port", "0", "--cache", CACHE])?;
        let address = running.address("listening on ")?;
        assert!(address.starts_with("127.0.0.1:"), "{address}");
        assert!(running.address("admin on ")?.starts_with("127.0.0.1:"));
        let mut client = connect(&address).await?;
        client.set(b"key", b"value", MINUTE).await?;
        assert!(client.get(b"key").await?.is_some());
        running.signal(signal)?;
        assert_eq!(running.end().await?.code(), Some(0));
    }
    Ok(())
}

#[tokio::test]
async fn a_second_signal_ends_it_at_once() -> TestResult {
    let mut running =
        Running::start(&["--port", "0", "--cache", CACHE, "--latency-ms", "3600000"])?;
    let address = running.address("listening on ")?;
    let channel = Channel::from_shared(format!("http://{address}"))?
        .connect()
        .await?;
    let mut client = Client::on(channel);
    let request = client.request(GetRequest {
        cache_key: b"key".to_vec(),
    });
    let call = tokio::spawn(async move { client.data.get(request).await });
    // The call is on its way for an hour; whether it has arrived when the signals come is all the same.
    tokio::task::yield_now().await;
    let start = Instant::now();
    running.signal("TERM")?;
    running.signal("INT")?;
    assert_eq!(running.end().await?.code(), Some(0));
    assert!(
        start.elapsed() < Duration::from_secs(2),
        "it waited for the grace period"
    );
    assert!(tokio::time::timeout(PATIENCE, call).await??.is_err());
    Ok(())
}

#[tokio::test]
async fn the_end_of_stdin_ends_it_where_that_is_asked_for() -> TestResult {
    let mut command = program(&["--port", "0", "--cache", CACHE, "--exit-with-stdin"]);
    command.stdin(Stdio::piped());
    let mut running = Running::spawn(command)?;
    let mut stdin = running.child.stdin.take().ok_or("no stdin")?;
    let mut client = connect(&running.address("listening on ")?).await?;
    stdin.write_all(b"what is written is of no concern\n")?;
    client.set(b"key", b"value", MINUTE).await?;
    assert!(running.child.try_wait()?.is_none());
    drop(stdin);
    assert_eq!(running.end().await?.code(), Some(0));
    Ok(())
}

#[tokio::test]
async fn the_end_of_stdin_says_nothing_otherwise() -> TestResult {
    // Its stdin is empty from the start.
    let mut running = Running::start(&["--port", "0", "--cache", CACHE])?;
    let mut client = connect(&running.address("listening on ")?).await?;
    client.set(b"key", b"value", MINUTE).await?;
    assert!(running.child.try_wait()?.is_none());
    running.signal("TERM")?;
    assert_eq!(running.end().await?.code(), Some(0));
    Ok(())
}

#[tokio::test]
async fn it_serves_tls_from_files() -> TestResult {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()])?;
    let certificate = made.cert.pem();
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
    let (certificate_path, key_path) = (folder.join("certificate.pem"), folder.join("key.pem"));
    fs::write(&certificate_path, &certificate)?;
    fs::write(&key_path, made.signing_key.serialize_pem())?;
    let (certificate_path, key_path) = (
        certificate_path.to_string_lossy(),
        key_path.to_string_lossy(),
    );
    let mut running = Running::start(&[
        "--port",
        "0",
        "--cache",
        CACHE,
        "--tls-certificate",
        &certificate_path,
        "--tls-key",
        &key_path,
    ])?;
    let address = running.address("listening on ")?;
    let tls = ClientTlsConfig::new()
        .domain_name("localhost")
        .ca_certificate(Certificate::from_pem(certificate));
    let channel = Channel::from_shared(format!("https://{address}"))?
        .tls_config(tls)?
        .connect()
        .await?;
    assert_eq!(Client::on(channel).get(b"key").await?, None);
    Ok(())
}

#[test]
fn help_and_version_go_to_stdout() -> TestResult {
    let Output { status, stdout, .. } = program(&["--help"]).output()?;
    assert!(status.success());
    let help = String::from_utf8(stdout)?;
    for option in [
        "--host",
        "--allow-remote",
        "--port",
        "--admin-port",
        "--cache",
        "--token",
        "--latency-ms",
        "--tls-certificate",
        "--tls-key",
        "--exit-with-stdin",
    ] {
        assert!(help.contains(option), "--help does not tell of {option}");
    }
    let Output { status, stdout, .. } = program(&["--version"]).output()?;
    assert!(status.success());
    assert_eq!(
        String::from_utf8(stdout)?,
        concat!("momento-lambda-local ", env!("CARGO_PKG_VERSION"), "\n")
    );
    Ok(())
}

#[test]
fn what_it_cannot_do_it_says_on_stderr() -> TestResult {
    for (arguments, code, expected) in [
        (&["--port", "none"][..], 2, "--port cannot be `none`"),
        (
            &["--host", "0.0.0.0", "--port", "0"],
            2,
            "add --allow-remote",
        ),
        (
            &["--tls-certificate", "no such file", "--tls-key", "nor this"],
            1,
            "--tls-certificate no such file",
        ),
    ] {
        let Output {
            status,
            stdout,
            stderr,
        } = program(arguments).output()?;
        let complaint = String::from_utf8(stderr)?;
        assert_eq!(status.code(), Some(code), "{complaint}");
        assert!(complaint.contains(expected), "{complaint}");
        assert!(stdout.is_empty());
    }
    Ok(())
}
