//! A cable between the adapter and Tryton, which can be cut.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

/// What becomes of a request that changes something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cut {
    /// It never arrives.
    Before,
    /// It is done, and nobody hears of it.
    After,
}

/// The next cut: after so many requests that change something.
type Next = Arc<Mutex<Option<(u32, Cut)>>>;

pub(crate) struct Cable {
    pub(crate) host: String,
    next: Next,
}

impl Cable {
    /// A cable to a host.
    pub(crate) fn to(host: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let (host, own) = (host.to_owned(), listener.local_addr().unwrap().to_string());
        let next = Next::default();
        let shared = Arc::clone(&next);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (host, next) = (host.clone(), Arc::clone(&shared));
                std::thread::spawn(move || carry(stream, &host, &next));
            }
        });
        Self { host: own, next }
    }

    /// Is cut once, after so many more requests that change something.
    pub(crate) fn cut(&self, after: u32, how: Cut) {
        *self.next.lock().unwrap() = Some((after, how));
    }

    /// Whether it has been cut since it was to be.
    pub(crate) fn was_cut(&self) -> bool {
        self.next.lock().unwrap().is_none()
    }
}

fn carry(mut stream: TcpStream, host: &str, next: &Next) {
    let Some(request) = whole(&mut stream) else {
        return;
    };
    let cut = if request.starts_with(b"GET ") {
        None
    } else {
        due(next)
    };
    if cut == Some(Cut::Before) {
        return;
    }
    let mut there = TcpStream::connect(host).unwrap();
    there.write_all(&request).unwrap();
    let mut answer = Vec::new();
    there.read_to_end(&mut answer).unwrap();
    if cut.is_none() {
        // Whoever has asked may be gone.
        let _gone = stream.write_all(&answer);
    }
}

fn due(next: &Next) -> Option<Cut> {
    let mut next = next.lock().unwrap();
    let (after, how) = next.take()?;
    if after == 0 {
        return Some(how);
    }
    *next = Some((after - 1, how));
    None
}

/// A request with its body, as of HTTP/1.0 so that the answer ends with the connection.
fn whole(stream: &mut TcpStream) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut part = [0; 4096];
    loop {
        let head = bytes.windows(4).position(|end| end == b"\r\n\r\n");
        if let Some(head) = head {
            let text = String::from_utf8(bytes[..head].to_vec()).ok()?;
            let length = text.lines().find_map(|line| {
                let (name, value) = line.split_once(':')?;
                name.eq_ignore_ascii_case("content-length")
                    .then(|| value.trim().parse().ok())?
            });
            if bytes.len() >= head + 4 + length.unwrap_or(0) {
                let text = text.replacen(" HTTP/1.1", " HTTP/1.0", 1);
                return Some([text.as_bytes(), &bytes[head..]].concat());
            }
        }
        let read = stream.read(&mut part).ok().filter(|read| *read > 0)?;
        bytes.extend_from_slice(&part[..read]);
    }
}
