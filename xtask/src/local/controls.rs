//! The local AWS's test controls: JSON over HTTP under `/_local/`.

use serde::de::DeserializeOwned;

use crate::failure::Failure;

/// Longer than any event's functions may run.
const PATIENCE_SECONDS: u64 = 180;

#[derive(Debug)]
pub(crate) struct Controls {
    endpoint: String,
}

impl Controls {
    pub(crate) fn at(endpoint: &str) -> Self {
        Self { endpoint: endpoint.trim_end_matches('/').to_owned() }
    }

    pub(crate) fn get<T: DeserializeOwned>(&self, what: &str) -> Result<T, Failure> {
        self.send(minreq::get(self.url(what)), what)
    }

    pub(crate) fn post<T: DeserializeOwned>(&self, what: &str, body: Vec<u8>) -> Result<T, Failure> {
        self.send(minreq::post(self.url(what)).with_header("Content-Type", "application/json").with_body(body), what)
    }

    pub(crate) fn delete<T: DeserializeOwned>(&self, what: &str) -> Result<T, Failure> {
        self.send(minreq::delete(self.url(what)), what)
    }

    fn url(&self, what: &str) -> String {
        format!("{}/_local/{what}", self.endpoint)
    }

    fn send<T: DeserializeOwned>(&self, request: minreq::Request, what: &str) -> Result<T, Failure> {
        let url = self.url(what);
        let response = request
            .with_timeout(PATIENCE_SECONDS)
            .send()
            .map_err(|source| Failure::Unreachable { url: url.clone(), source })?;
        if !(200..300).contains(&response.status_code) {
            let body: String = String::from_utf8_lossy(response.as_bytes()).chars().take(300).collect();
            return Err(Failure::Refused { what: format!("`{what}`"), status: response.status_code, body });
        }
        serde_json::from_slice(response.as_bytes())
            .map_err(|source| Failure::Answer { what: format!("`{what}`"), source })
    }
}

/// `text`, fit for a query string.
pub(crate) fn encode(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => char::from(byte).to_string(),
            _ => format!("%{byte:02X}"),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::encode;

    #[test]
    fn times_with_zones_survive_the_query() {
        assert_eq!(encode("2026-01-02T03:04:05+01:00"), "2026-01-02T03%3A04%3A05%2B01%3A00");
    }
}
