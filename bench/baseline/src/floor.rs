//! The floor: as many bytes to and fro over plain TCP as a call has, between two processes that block.
//!
//! Nothing that speaks to a server on the same kernel can be faster; HTTP/2, protobuf and a runtime come on top.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::Instant;

use serde::Deserialize;
use serde_json::{Value, json};

use crate::Error;
use crate::client::microseconds;

#[derive(Deserialize)]
pub(crate) struct Task {
    /// A name, bytes out, bytes back, calls before the measured ones, calls.
    exchanges: Vec<(String, usize, usize, usize, usize)>,
}

/// The sizes of an exchange as they stand before its first request: bytes of a request, bytes of a reply.
type Header = [u8; 16];

/// The other process; it is ended with this one's part, however that ends.
struct Server(Child);

impl Server {
    fn start() -> std::io::Result<Self> {
        let program = std::env::current_exe()?;
        Command::new(program)
            .arg(r#"{"task":"floor_server"}"#)
            .stdout(Stdio::piped())
            .spawn()
            .map(Self)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended already; then there is nothing to do.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

pub(crate) fn measure(task: &Task) -> Result<Value, Error> {
    let mut server = Server::start()?;
    let mut line = String::new();
    BufReader::new(server.0.stdout.take().ok_or("no output")?).read_line(&mut line)?;
    let port: u16 = line.trim().parse()?;
    let mut figures = serde_json::Map::new();
    for (name, out, back, warmup, calls) in &task.exchanges {
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
        stream.set_nodelay(true)?;
        let mut header: Header = [0; 16];
        header[..8].copy_from_slice(&u64::try_from(*out)?.to_le_bytes());
        header[8..].copy_from_slice(&u64::try_from(*back)?.to_le_bytes());
        stream.write_all(&header)?;
        let (request, mut reply) = (vec![b'v'; *out], vec![0; *back]);
        let mut taken = Vec::with_capacity(*calls);
        for number in 0..warmup + calls {
            let begun = Instant::now();
            stream.write_all(&request)?;
            stream.read_exact(&mut reply)?;
            if number >= *warmup {
                taken.push(microseconds(begun.elapsed()));
            }
        }
        figures.insert(name.clone(), json!(taken));
    }
    Ok(Value::Object(figures))
}

/// One connection after the other, until the process is ended.
pub(crate) fn serve() -> Result<(), Error> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    println!("{}", listener.local_addr()?.port());
    loop {
        let (stream, _) = listener.accept()?;
        answer(stream)?;
    }
}

fn answer(mut stream: TcpStream) -> Result<(), Error> {
    stream.set_nodelay(true)?;
    let mut header: Header = [0; 16];
    stream.read_exact(&mut header)?;
    let (out, back) = header.split_at(8);
    let mut request = vec![0; usize::try_from(u64::from_le_bytes(out.try_into()?))?];
    let reply = vec![b'v'; usize::try_from(u64::from_le_bytes(back.try_into()?))?];
    // The client closes where another request could begin.
    while stream.read_exact(&mut request).is_ok() {
        stream.write_all(&reply)?;
    }
    Ok(())
}
