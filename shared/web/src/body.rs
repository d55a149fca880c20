//! JSON in and out; what cannot be read is answered with the path of the field.

use axum::{
    body::Bytes,
    extract::{FromRequest, Request, rejection::BytesRejection},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::{Serialize, de::DeserializeOwned};

use crate::{FieldError, Gate, Problem};

/// A body of JSON: as an extractor it answers 400, 408, 413, 415 or 422 by itself; as a response it writes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Json<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Json<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        if !says_json(request.headers()) {
            return Err(Problem::of(StatusCode::UNSUPPORTED_MEDIA_TYPE));
        }
        let bytes = Bytes::from_request(request, state).await.map_err(|error| unread(&error))?;
        parse(&bytes).map(Self)
    }
}

/// A body of JSON that is looked into once the caller was let in: what is wrong with its fields is told to nobody else.
#[derive(Debug)]
pub struct Later<T>(Result<T, Box<Problem>>);

impl<T> Later<T> {
    /// Looks into it.
    ///
    /// # Errors
    /// What [`Json`] would have answered by itself.
    pub fn read(self) -> Result<T, Problem> {
        self.0.map_err(|problem| *problem)
    }

    /// Looks into it where the operation itself lets the caller in: what is wrong is told to those who may do it at all.
    ///
    /// # Errors
    /// What [`Json`] would have answered by itself, or the refusal of the gate in its place.
    pub fn read_by(self, gate: &Gate) -> Result<T, Problem> {
        gate.first(self.read())
    }
}

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Later<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let read = Json::<T>::from_request(request, state).await;
        Ok(Self(read.map(|Json(body)| body).map_err(Box::new)))
    }
}

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        axum::Json(self.0).into_response()
    }
}

fn says_json(headers: &HeaderMap) -> bool {
    let Some(value) = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()) else {
        return false;
    };
    let essence = value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    essence == "application/json" || (essence.starts_with("application/") && essence.ends_with("+json"))
}

fn unread(rejection: &BytesRejection) -> Problem {
    let mut cause: Option<&dyn std::error::Error> = Some(rejection);
    while let Some(error) = cause {
        if error.is::<tower_http::timeout::TimeoutError>() {
            return Problem::of(StatusCode::REQUEST_TIMEOUT);
        }
        cause = error.source();
    }
    Problem::of(rejection.status())
}

fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        let path = match error.path().to_string() {
            path if path == "." => String::new(),
            path => path,
        };
        explain(path, error.inner())
    })?;
    reader.end().map_err(|error| explain(String::new(), &error))?;
    Ok(value)
}

fn explain(path: String, error: &serde_json::Error) -> Problem {
    if !error.is_data() {
        let place = (error.line(), error.column());
        return Problem::bad_request(
            "body",
            format!("不是完整的 JSON（第 {} 行第 {} 列）", place.0, place.1),
            format!("not complete JSON (line {}, column {})", place.0, place.1),
        );
    }
    let (field, zh, en) = reason(path, &error.to_string());
    Problem::unprocessable(vec![FieldError::new(field, zh, en)])
}

/// Turns serde's sentence into a field and a reason that does not repeat the value.
fn reason(path: String, sentence: &str) -> (String, String, String) {
    let sentence = sentence.split(" at line ").next().unwrap_or(sentence);
    let named = sentence.split('`').nth(1).unwrap_or_default();
    let below = |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
    if sentence.starts_with("missing field") {
        return (below(named), "缺少必填项".to_owned(), "required field is missing".to_owned());
    }
    if sentence.starts_with("duplicate field") {
        return (below(named), "重复出现".to_owned(), "given more than once".to_owned());
    }
    if sentence.starts_with("unknown field") {
        let field = if path.is_empty() || path.ends_with(named) { named.to_owned() } else { below(named) };
        let field = if path.ends_with(&field) { path } else { field };
        return (field, "没有这一项".to_owned(), "there is no such field".to_owned());
    }
    let field = if path.is_empty() { "body".to_owned() } else { path };
    let typed = sentence.starts_with("invalid type") || sentence.starts_with("invalid value");
    if typed || sentence.starts_with("unknown variant") {
        let expected = sentence.split_once("expected ").map_or("another value", |(_, expected)| expected);
        return (
            field,
            format!("取值不正确，应为{}", zh(expected)),
            format!("wrong value, expected {expected}"),
        );
    }
    (field, "取值不正确".to_owned(), sentence.to_owned())
}

/// Says in Chinese what serde expected; names of variants stay as they are typed.
fn zh(expected: &str) -> String {
    let words = match expected {
        "a string" | "a borrowed string" | "a character" => "文本",
        "a boolean" => "true 或 false",
        "a sequence" => "列表",
        "a map" => "对象",
        "u8" | "u16" | "u32" | "u64" | "usize" => "非负整数",
        "i8" | "i16" | "i32" | "i64" | "isize" => "整数",
        "f32" | "f64" => "数字",
        other if other.starts_with("struct ") => "对象",
        other if other.starts_with("one of ") => return format!("其中之一：{}", &other["one of ".len()..]),
        other => return format!(" {other}"),
    };
    words.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only its reading is of interest")]
    struct Inner {
        phone: u32,
    }
    #[derive(Debug, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only its reading is of interest")]
    struct Outer {
        party: Inner,
        list: Vec<Inner>,
    }

    fn field_of(body: &str) -> String {
        let problem = parse::<Outer>(body.as_bytes()).unwrap_err();
        let json = serde_json::to_value(&problem).unwrap();
        json["errors"][0]["field"].as_str().unwrap().to_owned()
    }

    #[test]
    fn the_field_is_named_by_its_path() {
        assert_eq!(field_of(r#"{"list":[]}"#), "party");
        assert_eq!(field_of(r#"{"party":{},"list":[]}"#), "party.phone");
        assert_eq!(field_of(r#"{"party":{"phone":"x"},"list":[]}"#), "party.phone");
        assert_eq!(field_of(r#"{"party":{"phone":1},"list":[{"phone":1},{"phone":-1}]}"#), "list[1].phone");
        assert_eq!(field_of(r#"{"party":{"phone":1,"fax":2},"list":[]}"#), "party.fax");
        assert_eq!(field_of(r#"{"phone":1}"#), "phone");
        assert_eq!(field_of(r#"{"party":{"phone":1,"phone":2},"list":[]}"#), "party.phone");
        assert_eq!(field_of(r#"{"party":"#), "body");
        assert_eq!(field_of(r#"{"party":{"phone":1},"list":[]} trailing"#), "body");
    }

    #[test]
    fn the_value_is_not_repeated() {
        let problem =
            parse::<Outer>(r#"{"party":{"phone":"13800000000"},"list":[]}"#.as_bytes()).unwrap_err();
        assert!(!serde_json::to_string(&problem).unwrap().contains("13800000000"));
    }
}
