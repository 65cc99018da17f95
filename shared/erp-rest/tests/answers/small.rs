//! The small ERP: it does what it is asked, and answers as it is told to.

use std::collections::VecDeque;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

/// How a request that changes something is answered, and whether it is done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Says {
    /// It is done.
    Well,
    /// It is not done: status, headers, body.
    Not(u16, &'static str, &'static str),
    /// It is not done: status, and where it is done instead.
    Elsewhere(u16, String),
    /// It is done, and the answer breaks off.
    CutShort,
    /// It is done, and the answer has no end.
    TooMuch,
    /// It is done, and the answer comes too late.
    Late,
    /// It is done, and there is no answer.
    Nothing,
}

#[derive(Debug, Default)]
pub(crate) struct Held {
    /// Reference and whether it is placed, by id.
    pub(crate) orders: Vec<(String, bool)>,
    pub(crate) says: VecDeque<Says>,
    /// What reading is answered with, if not with what is held.
    pub(crate) reads: VecDeque<Says>,
    pub(crate) key: String,
    pub(crate) rows: Vec<Value>,
    pub(crate) asked: u32,
    at_once: u32,
    pub(crate) most_at_once: u32,
}

pub(crate) struct Small {
    pub(crate) url: String,
    pub(crate) held: Arc<Mutex<Held>>,
}

impl Small {
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/rest/", listener.local_addr().unwrap());
        let held = Arc::new(Mutex::new(Held {
            key: "key".to_owned(),
            ..Held::default()
        }));
        let shared = Arc::clone(&held);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let held = Arc::clone(&shared);
                std::thread::spawn(move || serve(stream, &held));
            }
        });
        Self { url, held }
    }

    pub(crate) fn says(&self, says: impl IntoIterator<Item = Says>) {
        self.held.lock().unwrap().says.extend(says);
    }

    pub(crate) fn orders(&self) -> Vec<(String, bool)> {
        self.held.lock().unwrap().orders.clone()
    }
}

fn serve(mut stream: TcpStream, held: &Mutex<Held>) {
    let Some((head, body)) = request(&mut stream) else {
        return;
    };
    let line = head.lines().next().unwrap();
    let mut words = line.split(' ');
    let (method, target) = (words.next().unwrap(), words.next().unwrap());
    let (says, answer) = {
        let mut held = held.lock().unwrap();
        held.asked += 1;
        held.at_once += 1;
        held.most_at_once = held.most_at_once.max(held.at_once);
        let wanted = format!("Bearer {}", held.key);
        if head.contains(&wanted) {
            held.answer(method, target.strip_prefix("/rest/").unwrap(), &body)
        } else {
            (Says::Not(401, "", "<h1>Unauthorized</h1>"), Value::Null)
        }
    };
    // So that requests meet.
    std::thread::sleep(std::time::Duration::from_millis(15));
    held.lock().unwrap().at_once -= 1;
    let answer = answer.to_string();
    // Whoever has asked may be gone.
    let _gone = match says {
        Says::Well => stream.write_all(told(200, "", &answer, answer.len()).as_bytes()),
        Says::Not(status, headers, body) => {
            stream.write_all(told(status, headers, body, body.len()).as_bytes())
        }
        Says::Elsewhere(status, url) => {
            let location = format!("Location: {url}orders\r\n");
            stream.write_all(told(status, &location, "", 0).as_bytes())
        }
        Says::CutShort => stream.write_all(told(200, "", "{\"id\": ", answer.len()).as_bytes()),
        Says::TooMuch => {
            let much = format!("{{\"id\": 1, \"much\": \"{}\"}}", "x".repeat(5_000));
            stream.write_all(told(200, "", &much, much.len()).as_bytes())
        }
        Says::Late => {
            std::thread::sleep(std::time::Duration::from_secs(3));
            Ok(())
        }
        Says::Nothing => Ok(()),
    };
}

fn told(status: u16, headers: &str, body: &str, length: usize) -> String {
    format!(
        "HTTP/1.1 {status} .\r\nConnection: close\r\n{headers}Content-Length: {length}\r\n\r\n{body}"
    )
}

impl Held {
    fn answer(&mut self, method: &str, target: &str, body: &str) -> (Says, Value) {
        if method == "GET" {
            let says = self.reads.pop_front().unwrap_or(Says::Well);
            return self.read(says, target);
        }
        let says = self.says.pop_front().unwrap_or(Says::Well);
        if matches!(says, Says::Not(..) | Says::Elsewhere(..)) {
            return (says, Value::Null);
        }
        if target == "orders" {
            let body: Value = serde_json::from_str(body).unwrap();
            let reference = body["reference"].as_str().unwrap().to_owned();
            self.orders.push((reference, false));
            return (says, json!({"id": self.orders.len()}));
        }
        let id: usize = target.split('/').nth(1).unwrap().parse().unwrap();
        self.orders[id - 1].1 = true;
        (says, json!({}))
    }

    fn read(&self, says: Says, target: &str) -> (Says, Value) {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let of = |name: &str| {
            let parts = query.split('&').filter_map(|part| part.split_once('='));
            parts
                .into_iter()
                .find(|(key, _)| *key == name)
                .map(|(_, value)| value.to_owned())
        };
        if path == "changes" {
            let after = (
                of("after").unwrap().parse::<u64>().unwrap(),
                of("id").unwrap(),
            );
            let later = |row: &&Value| {
                (
                    row["version"].as_u64().unwrap(),
                    row["id"].as_str().unwrap().to_owned(),
                ) > after
            };
            let rows: Vec<_> = self.rows.iter().filter(later).take(2).collect();
            return (says, json!(rows));
        }
        if let Some(id) = path.strip_prefix("orders/") {
            let id: usize = id.parse().unwrap();
            return match self.orders.get(id - 1) {
                Some((_, placed)) => (says, json!({"id": id, "placed": placed})),
                None => (Says::Not(404, "", "<h1>Not Found</h1>"), Value::Null),
            };
        }
        let orders = self.orders.iter().enumerate();
        let found: Vec<_> = orders
            .map(|(at, (reference, _))| json!({"id": at + 1, "reference": reference}))
            .filter(|order| {
                of("prefix").is_some()
                    || of("reference").as_deref() == Some(&encoded(&order["reference"]))
            })
            .filter(|order| order["id"].as_u64() > of("after").map(|id| id.parse().unwrap()))
            .take(if of("prefix").is_some() { 2 } else { 9 })
            .collect();
        (says, json!(found))
    }
}

/// As a query has it.
fn encoded(reference: &Value) -> String {
    let reference = reference.as_str().unwrap();
    reference.replace('/', "%2F").replace('#', "%23")
}

fn request(stream: &mut TcpStream) -> Option<(String, String)> {
    let mut bytes = Vec::new();
    let mut part = [0; 4096];
    loop {
        let text = String::from_utf8_lossy(&bytes);
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let lower = head.to_ascii_lowercase();
            let length = lower
                .lines()
                .find_map(|line| line.strip_prefix("content-length:"));
            let length = length.map_or(0, |length| length.trim().parse().unwrap());
            if body.len() >= length {
                return Some((
                    head.replace("authorization", "Authorization"),
                    body.to_owned(),
                ));
            }
        }
        let read = stream.read(&mut part).ok().filter(|read| *read > 0)?;
        bytes.extend_from_slice(&part[..read]);
    }
}
