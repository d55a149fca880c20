//! `/api/<service>/…`: the way to a service that does not run in this process.

use std::net::SocketAddr;

use axum::{
    body::Body,
    extract::{ConnectInfo, Path, Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, header},
    response::Response,
};
use http_body::Body as _;
use reqwest::Url;
use web::Problem;

use super::Door;

/// Headers that belong to one hop (RFC 9110 §7.6.1), and those that the client writes itself.
const OF_ONE_HOP: [&str; 9] = [
    "connection",
    "host",
    "keep-alive",
    "proxy-authenticate",
    "proxy-authorization",
    "proxy-connection",
    "te",
    "trailer",
    "upgrade",
];

pub(crate) async fn forward(
    State(door): State<Door>,
    Path((service, _)): Path<(String, String)>,
    request: Request,
) -> Result<Response, Problem> {
    let Some(base) = door.config.upstreams.get(&service) else {
        return Err(Problem::not_found("没有这项服务或地址。", "There is no such service or address."));
    };
    let asked = request.uri().path_and_query().map_or("/", |asked| asked.as_str());
    let address = address(base, &service, asked)
        .ok_or_else(|| Problem::not_found("没有这项服务或地址。", "There is no such service or address."))?;
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>();
    let peer = peer.map(|ConnectInfo(peer)| peer.ip().to_string());
    let (parts, body) = request.into_parts();
    let mut headers = end_to_end(&parts.headers);
    if let Some(traceparent) = telemetry::current_traceparent()
        && let Ok(value) = HeaderValue::from_str(&traceparent)
    {
        headers.insert(HeaderName::from_static("traceparent"), value);
    }
    if let Some(peer) = peer
        && let Ok(value) = HeaderValue::from_str(&peer)
    {
        // Beside what was written before; who asks behind the door counts from the right.
        headers.append(HeaderName::from_static("x-forwarded-for"), value);
    }
    let mut outward = door.client.request(parts.method, address).headers(headers);
    if !body.is_end_stream() {
        outward = outward.body(reqwest::Body::wrap_stream(body.into_data_stream()));
    }
    let answer = outward.send().await.map_err(|error| unanswered(&service, &error))?;
    let (status, headers) = (answer.status(), end_to_end(answer.headers()));
    let mut response = Response::new(Body::from_stream(answer.bytes_stream()));
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    Ok(response)
}

/// Joins the upstream and what was asked. None when the joint leaves the service's own room, as `..` would.
fn address(base: &str, service: &str, asked: &str) -> Option<Url> {
    let address = Url::parse(base).ok()?.join(asked).ok()?;
    let own = address.path().starts_with(&format!("/api/{service}/"));
    (own && address.origin() == Url::parse(base).ok()?.origin()).then_some(address)
}

fn end_to_end(headers: &HeaderMap) -> HeaderMap {
    let named: Vec<HeaderName> = headers
        .get_all(header::CONNECTION)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .filter_map(|name| name.trim().parse().ok())
        .collect();
    headers
        .iter()
        .filter(|(name, _)| !OF_ONE_HOP.contains(&name.as_str()) && *name != header::TRANSFER_ENCODING)
        .filter(|(name, _)| !named.contains(name))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect()
}

fn unanswered(service: &str, error: &reqwest::Error) -> Problem {
    // The address is left out: a path may carry numbers that belong to a person.
    tracing::warn!(
        service,
        timeout = error.is_timeout(),
        connect = error.is_connect(),
        "a service behind the door gave no answer"
    );
    if error.is_timeout() { Problem::gateway_timeout() } else { Problem::bad_gateway() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_walks_out_of_the_room_of_a_service() {
        let base = "http://intake:8080";
        let good = address(base, "intake", "/api/intake/cases?limit=2").unwrap();
        assert_eq!(good.as_str(), "http://intake:8080/api/intake/cases?limit=2");
        for asked in [
            "/api/intake/../routing/units",
            "/api/intake/%2e%2e/%2E%2E/metrics",
            "/api/intake/..",
            "//elsewhere/api/intake/x",
            "http://elsewhere/api/intake/x",
        ] {
            assert!(address(base, "intake", asked).is_none(), "{asked}");
        }
    }

    #[test]
    fn headers_of_one_hop_stay_here() {
        let mut headers = HeaderMap::new();
        for (name, value) in [
            ("connection", "close, X-Own"),
            ("x-own", "1"),
            ("te", "trailers"),
            ("host", "door"),
            ("accept", "*/*"),
        ] {
            headers.insert(name, value.parse().unwrap());
        }
        let left = end_to_end(&headers);
        assert_eq!(left.keys().collect::<Vec<_>>(), ["accept"]);
    }
}
