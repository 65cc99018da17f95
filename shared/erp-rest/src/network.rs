//! The one way out: to the ERP's own host, without redirects, with limits to what is sent and taken.

use std::net::{IpAddr, SocketAddr};
use std::num::NonZeroU32;
use std::time::Duration;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, RETRY_AFTER};
use reqwest::{Client, StatusCode, redirect, retry};
use url::{Host, Url};

use crate::profile::{Limits, Method};
use crate::{SetupError, settings};

/// Where an ERP is and what differs there from what its profile says.
#[derive(Debug)]
pub struct Connection {
    /// Its address, below which all paths stand.
    pub url: String,
    /// Whether addresses of this machine and of its own link are spoken to, as tests do.
    pub loopback: bool,
    /// How many environments speak to it, which share its limits.
    pub callers: NonZeroU32,
    /// Values of the profile's settings.
    pub settings: settings::Settings,
}

/// A request as it is sent.
#[derive(Debug)]
pub(crate) struct Outgoing {
    pub(crate) method: Method,
    pub(crate) url: Url,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Option<String>,
}

/// An answer as it came.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    /// Seconds that it asks to wait.
    pub(crate) retry_after: Option<i64>,
    pub(crate) body: Vec<u8>,
}

/// There is no answer, or no whole one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NoAnswer {
    /// Whether anything may have been sent; else nobody was reached.
    pub(crate) sent: bool,
    /// Why, for the log: never what was sent.
    pub(crate) why: String,
}

impl NoAnswer {
    fn of(error: &reqwest::Error) -> Self {
        // The innermost cause says it: a name that nobody has, a refused connection, a certificate, a time-out.
        let mut cause: &dyn std::error::Error = error;
        while let Some(inner) = cause.source() {
            cause = inner;
        }
        Self {
            sent: !error.is_connect(),
            why: cause.to_string(),
        }
    }
}

/// Sends requests below one address.
#[derive(Debug)]
pub(crate) struct Network {
    client: Client,
    pub(crate) base: Url,
    largest_answer: usize,
}

impl Network {
    pub(crate) fn new(connection: &Connection, limits: &Limits) -> Result<Self, SetupError> {
        let base = address(&connection.url, connection.loopback)?;
        let _installed_before = rustls::crypto::ring::default_provider().install_default();
        let client = Client::builder()
            .redirect(redirect::Policy::none())
            .retry(retry::never())
            .no_proxy()
            .dns_resolver(Guarded {
                loopback: connection.loopback,
            })
            .connect_timeout(Duration::from_secs(5))
            .timeout(Duration::from_secs(limits.client_timeout_seconds.into()))
            .build()
            .map_err(SetupError::Client)?;
        Ok(Self {
            client,
            base,
            largest_answer: limits.largest_answer,
        })
    }

    pub(crate) async fn send(&self, request: &Outgoing) -> Result<Answer, NoAnswer> {
        let method = match request.method {
            Method::Get => reqwest::Method::GET,
            Method::Post => reqwest::Method::POST,
            Method::Put => reqwest::Method::PUT,
            Method::Patch => reqwest::Method::PATCH,
            Method::Delete => reqwest::Method::DELETE,
        };
        let mut asked = self
            .client
            .request(method, request.url.clone())
            .headers(request.headers.clone());
        if let Some(body) = &request.body {
            let json = HeaderValue::from_static("application/json");
            asked = asked.header(CONTENT_TYPE, json).body(body.clone());
        }
        let response = asked.send().await;
        let mut response = response.map_err(|error| NoAnswer::of(&error))?;
        let retry_after = response.headers().get(RETRY_AFTER);
        let retry_after = retry_after
            .and_then(|value| value.to_str().ok())
            .and_then(|text| text.parse().ok())
            .map(|seconds: i64| seconds.clamp(0, 3_600));
        let mut body = Vec::new();
        let cut_short = |error| NoAnswer {
            sent: true,
            ..NoAnswer::of(&error)
        };
        while let Some(part) = response.chunk().await.map_err(cut_short)? {
            if body.len() + part.len() > self.largest_answer {
                return Err(NoAnswer {
                    sent: true,
                    why: format!("the answer is larger than {} bytes", self.largest_answer),
                });
            }
            body.extend_from_slice(&part);
        }
        Ok(Answer {
            status: response.status(),
            retry_after,
            body,
        })
    }
}

/// The address of a path; nothing where it leaves what stands below the base.
pub(crate) fn below(base: &Url, path: &str) -> Option<Url> {
    let climbs = |segment: &str| {
        let plain = segment.to_ascii_lowercase().replace("%2e", ".");
        plain == "." || plain == ".."
    };
    if path.starts_with('/') || path.contains(['\\', ':', '?', '#']) || path.split('/').any(climbs)
    {
        return None;
    }
    let url = base.join(path).ok()?;
    let same = url.origin() == base.origin() && url.path().starts_with(base.path());
    same.then_some(url)
}

/// A header whose value is never shown.
pub(crate) fn header(name: &str, value: &str) -> Option<(HeaderName, HeaderValue)> {
    let mut value = HeaderValue::from_str(value).ok()?;
    value.set_sensitive(true);
    Some((HeaderName::from_bytes(name.as_bytes()).ok()?, value))
}

fn address(text: &str, loopback: bool) -> Result<Url, SetupError> {
    let wrong = |why: &str| SetupError::Address {
        url: text.to_owned(),
        why: why.to_owned(),
    };
    let url: Url = text.parse().map_err(|_| wrong("is no URL"))?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err(wrong(
            "holds a user or a password: give the key as a secret",
        ));
    }
    if !url.path().ends_with('/') || url.query().is_some() || url.fragment().is_some() {
        return Err(wrong("must end in `/`"));
    }
    match (url.scheme(), loopback) {
        ("https", _) | ("http", true) => {}
        _ => return Err(wrong("must begin with https://")),
    }
    let literal = match url.host() {
        Some(Host::Ipv4(ip)) => Some(IpAddr::V4(ip)),
        Some(Host::Ipv6(ip)) => Some(IpAddr::V6(ip)),
        Some(Host::Domain(_)) => None,
        None => return Err(wrong("has no host")),
    };
    if literal.is_some_and(|ip| !loopback && is_own(ip)) {
        return Err(wrong(
            "is this machine's own or its link's, which is for tests alone",
        ));
    }
    Ok(url)
}

/// Whether an address is this machine's own, its link's (where clouds keep credentials), or none.
fn is_own(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => {
            ip.is_loopback()
                || ip.is_link_local()
                || ip.is_unspecified()
                || ip.is_broadcast()
                || ip.is_multicast()
        }
        IpAddr::V6(ip) => match ip.to_ipv4_mapped() {
            Some(mapped) => is_own(IpAddr::V4(mapped)),
            None => {
                let aws = ip.segments()[0] == 0xfd00 && ip.segments()[1] == 0x0ec2;
                aws || ip.is_loopback()
                    || ip.is_unicast_link_local()
                    || ip.is_unspecified()
                    || ip.is_multicast()
            }
        },
    }
}

/// Resolves names to addresses that may be spoken to.
struct Guarded {
    loopback: bool,
}

impl Resolve for Guarded {
    fn resolve(&self, name: Name) -> Resolving {
        let loopback = self.loopback;
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let fits = move |address: &SocketAddr| loopback || !is_own(address.ip());
            let addresses: Addrs = Box::new(found.filter(fits).collect::<Vec<_>>().into_iter());
            Ok(addresses)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_https_address_outside_this_machine_is_spoken_to() {
        for bad in [
            "ftp://erp.example.com/",
            "http://erp.example.com/",
            "https://erp.example.com/rest",
            "https://user:key@erp.example.com/",
            "https://127.0.0.1/",
            "https://[::1]/",
            "https://169.254.169.254/latest/",
            "https://[::ffff:169.254.169.254]/",
            "https://[fd00:ec2::254]/",
            "https://0.0.0.0/",
            "no address",
        ] {
            assert!(address(bad, false).is_err(), "{bad}");
        }
        assert!(address("https://erp.example.com/rest/", false).is_ok());
        assert!(address("http://127.0.0.1:8069/db/rest/", true).is_ok());
    }

    #[test]
    fn a_path_stays_below_the_address() {
        let base: Url = "https://erp.example.com/db/rest/".parse().unwrap();
        for bad in [
            "/etc",
            "../x",
            "a/%2e%2E/x",
            "a/./b",
            "https://evil.example/",
            "//evil.example/",
            "a\\b",
            "a?b",
        ] {
            assert_eq!(below(&base, bad), None, "{bad}");
        }
        let below = below(&base, "model/x/a%2Fb").unwrap();
        assert_eq!(
            below.as_str(),
            "https://erp.example.com/db/rest/model/x/a%2Fb"
        );
    }
}
