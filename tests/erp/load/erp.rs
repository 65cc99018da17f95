//! The limited ERP: it counts every request, refuses what passes its limits, now and then does not answer, and knows
//! how often each reference has a document.

use std::collections::{BTreeMap, VecDeque};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// What it allows, as its description says.
pub(crate) const PER_SECOND: usize = 75;
pub(crate) const AT_ONCE: usize = 5;

/// How long it takes for what it is asked: Tryton's measured medians are of this size.
const WORK: Duration = Duration::from_millis(20);

/// Of so many requests that change something, one is refused for now.
const BUSY: usize = 97;

/// Of so many requests that change something, one is done and never answered.
const SILENT: usize = 211;

/// What it has seen.
#[derive(Debug, Clone, Default)]
pub(crate) struct Seen {
    pub(crate) requests: usize,
    /// In any second, wherever it begins.
    pub(crate) most_in_a_second: usize,
    pub(crate) most_at_once: usize,
    /// Refused because they passed a limit.
    pub(crate) refused: usize,
    pub(crate) busy: usize,
    pub(crate) unanswered: usize,
    /// Documents and whether they are placed, by reference.
    pub(crate) documents: BTreeMap<String, Vec<bool>>,
}

#[derive(Debug, Default)]
struct Held {
    seen: Seen,
    recent: VecDeque<Instant>,
    at_once: usize,
    changes: usize,
    references: Vec<String>,
}

/// The ERP, on a thread of its own.
#[derive(Debug, Clone)]
pub(crate) struct Erp {
    pub(crate) address: SocketAddr,
    held: Arc<Mutex<Held>>,
}

/// An answer, and whether it is given.
type Answer = (u16, Value, bool);

impl Erp {
    pub(crate) fn start() -> Self {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let address = listener.local_addr().unwrap();
        let held = Arc::default();
        let erp = Self { address, held };
        let serving = erp.clone();
        std::thread::spawn(move || {
            let mut runtime = tokio::runtime::Builder::new_current_thread();
            let runtime = runtime.enable_all().build().unwrap();
            runtime.block_on(serving.serve(listener));
        });
        erp
    }

    pub(crate) fn seen(&self) -> Seen {
        self.held.lock().unwrap().seen.clone()
    }

    async fn serve(self, listener: std::net::TcpListener) {
        let listener = TcpListener::from_std(listener).unwrap();
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            let erp = self.clone();
            tokio::spawn(async move { erp.converse(stream).await });
        }
    }

    /// Answers one request after another, until the caller is gone or is not answered.
    async fn converse(&self, mut stream: TcpStream) {
        let mut bytes = Vec::new();
        while let Some((line, body)) = request(&mut stream, &mut bytes).await {
            let (status, answer, given) = self.answer(&line, &body).await;
            if !given {
                return;
            }
            let answer = answer.to_string();
            let head = format!(
                "HTTP/1.1 {status} .\r\nContent-Length: {}\r\n",
                answer.len()
            );
            let told = format!("{head}Content-Type: application/json\r\n\r\n{answer}");
            if stream.write_all(told.as_bytes()).await.is_err() {
                return;
            }
        }
    }

    async fn answer(&self, line: &str, body: &str) -> Answer {
        let fits = self.held.lock().unwrap().begin();
        let answer = if fits {
            tokio::time::sleep(WORK).await;
            self.held.lock().unwrap().done(line, body)
        } else {
            (429, json!({"message": "too much is asked at once"}), true)
        };
        self.held.lock().unwrap().at_once -= 1;
        answer
    }
}

impl Held {
    /// Counts a request, and says whether it keeps to the limits.
    fn begin(&mut self) -> bool {
        let now = Instant::now();
        self.recent.push_back(now);
        while self
            .recent
            .front()
            .is_some_and(|first| now - *first >= Duration::from_secs(1))
        {
            self.recent.pop_front();
        }
        self.at_once += 1;
        let seen = &mut self.seen;
        seen.requests += 1;
        seen.most_in_a_second = seen.most_in_a_second.max(self.recent.len());
        seen.most_at_once = seen.most_at_once.max(self.at_once);
        let fits = self.recent.len() <= PER_SECOND && self.at_once <= AT_ONCE;
        seen.refused += usize::from(!fits);
        fits
    }

    fn done(&mut self, line: &str, body: &str) -> Answer {
        let mut words = line.split(' ');
        let (method, path) = (words.next().unwrap(), words.next().unwrap());
        if method == "GET" {
            let reference = path.split_once("reference=").unwrap().1;
            let found = self.references.iter().enumerate();
            let found = found.filter(|(_, held)| encoded(held) == reference);
            let found: Vec<_> = found.map(|(at, _)| json!({"id": at})).collect();
            return (200, json!(found), true);
        }
        self.changes += 1;
        if self.changes.is_multiple_of(BUSY) {
            self.seen.busy += 1;
            return (503, json!({"message": "being restarted"}), true);
        }
        let given = !self.changes.is_multiple_of(SILENT);
        self.seen.unanswered += usize::from(!given);
        if path.ends_with("/place") {
            let id: usize = path.split('/').nth(2).unwrap().parse().unwrap();
            let placed = self.seen.documents.get_mut(&self.references[id]).unwrap();
            *placed.last_mut().unwrap() = true;
            return (200, json!({}), given);
        }
        let body: Value = serde_json::from_str(body).unwrap();
        let reference = body["reference"].as_str().unwrap().to_owned();
        let documents = self.seen.documents.entry(reference.clone()).or_default();
        documents.push(false);
        self.references.push(reference);
        (200, json!({"id": self.references.len() - 1}), given)
    }
}

/// As a query has it.
fn encoded(reference: &str) -> String {
    reference.replace('/', "%2F").replace('#', "%23")
}

/// The next request's first line and body; nothing once the caller is gone.
async fn request(stream: &mut TcpStream, bytes: &mut Vec<u8>) -> Option<(String, String)> {
    loop {
        let text = String::from_utf8_lossy(bytes);
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let lower = head.to_ascii_lowercase();
            let mut lengths = lower
                .lines()
                .filter_map(|line| line.strip_prefix("content-length:"));
            let length = lengths
                .next()
                .map_or(0, |length| length.trim().parse().unwrap());
            if body.len() >= length {
                let line = head.lines().next().unwrap().to_owned();
                let asked = (line, body[..length].to_owned());
                let end = head.len() + 4 + length;
                bytes.drain(..end);
                return Some(asked);
            }
        }
        if stream.read_buf(bytes).await.ok()? == 0 {
            return None;
        }
    }
}
