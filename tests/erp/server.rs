//! One Tryton for all tests, and questions to it that do not go through the adapter.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE;
use serde_json::Value;

/// A server that runs; it ends when this process does, as its standard input then ends.
pub(crate) struct Server {
    pub(crate) host: String,
    pub(crate) path: String,
    pub(crate) key: String,
    pub(crate) company: u64,
    _process: Child,
}

/// The server that all tests share.
pub(crate) fn server() -> &'static Server {
    static SERVER: OnceLock<Server> = OnceLock::new();
    SERVER.get_or_init(start)
}

fn start() -> Server {
    #[expect(clippy::disallowed_methods, reason = "tests are told where Tryton is")]
    let place = std::env::var("LARDER_TRYTON");
    let place = place.unwrap_or_else(|_| {
        panic!("LARDER_TRYTON names no virtual environment with Tryton: run `make erp`")
    });
    let mut process = Command::new(format!("{place}/bin/python"))
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/serve.py"))
        .args(["--vendors", "V1,V2", "--sites", "S1,S2", "--kits", "R1-2"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    let mut output = BufReader::new(process.stdout.take().unwrap());
    output.read_line(&mut line).unwrap();
    let facts: Value = serde_json::from_str(&line).unwrap();
    let url = facts["url"]
        .as_str()
        .unwrap()
        .strip_prefix("http://")
        .unwrap();
    let (host, path) = url.split_once('/').unwrap();
    Server {
        host: host.to_owned(),
        path: path.to_owned(),
        key: facts["key"].as_str().unwrap().to_owned(),
        company: facts["settings"]["company"].as_u64().unwrap(),
        _process: process,
    }
}

impl Server {
    /// Documents of a model with this value in a field.
    pub(crate) fn held(
        &self,
        model: &str,
        field: &str,
        value: &str,
        fields: &[&str],
    ) -> Vec<Value> {
        let wanted = fields.join("&f=");
        let domain = base64url(&format!("[[\"{field}\", \"=\", \"{value}\"]]"));
        let found = self.ask(
            "GET",
            &format!("model/{model}?d={domain}&f={wanted}"),
            "",
            "",
        );
        found.as_array().unwrap().clone()
    }

    /// What is in stock at a place.
    pub(crate) fn stock(&self, location: &str, product: &str) -> f64 {
        let id = &self.held("product.product", "code", product, &["id"])[0]["id"];
        let context = format!(
            "X-Tryton-Context: {}\r\n",
            base64url(&format!(
                "{{\"company\": {}, \"product\": {id}}}",
                self.company
            ))
        );
        let domain = base64url(&format!("[[\"code\", \"=\", \"{location}\"]]"));
        let found = self.ask(
            "GET",
            &format!("model/stock.location?d={domain}&f=quantity"),
            "",
            &context,
        );
        found[0]["quantity"].as_f64().unwrap()
    }

    /// Has an action of Tryton done, as a person would.
    pub(crate) fn does(&self, model: &str, id: &Value, action: &str) {
        self.ask("POST", &format!("model/{model}/{id}/{action}"), "{}", "");
    }

    fn ask(&self, method: &str, path: &str, body: &str, headers: &str) -> Value {
        let mut stream = TcpStream::connect(&self.host).unwrap();
        let context = format!(
            "X-Tryton-Context: {}\r\n",
            base64url(&format!("{{\"company\": {}}}", self.company))
        );
        let headers = if headers.is_empty() {
            &context
        } else {
            headers
        };
        let request = format!(
            "{method} /{}{path} HTTP/1.0\r\nAuthorization: Bearer {}\r\n{headers}Content-Type: application/json\r\n\
             Content-Length: {}\r\n\r\n{body}",
            self.path,
            self.key,
            body.len()
        );
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        let status = head.lines().next().unwrap();
        assert!(status.contains(" 20"), "{path}: {status}: {body}");
        serde_json::from_str(body).unwrap()
    }
}

fn base64url(text: &str) -> String {
    URL_SAFE.encode(text)
}
