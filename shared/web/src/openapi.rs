//! The description of a service's routes, beside the routes.

use axum::Router;
use utoipa::openapi::{
    OpenApi, Server,
    security::{HttpAuthScheme, HttpBuilder, SecurityScheme},
};
use utoipa_axum::router::OpenApiRouter;

use crate::{FieldError, Problem};

/// Splits a service's documented router into the routes and their OpenAPI 3.1 description, with the things that all
/// share: title, version, the place below `/api/<service>`, `Problem`, the bearer token.
pub fn openapi(service: &str, router: OpenApiRouter) -> (Router, OpenApi) {
    let (routes, mut api) = router.split_for_parts();
    api.info.title = format!("回音 Huiyin: {service}");
    api.servers = Some(vec![Server::new(format!("/api/{service}"))]);
    env!("CARGO_PKG_VERSION").clone_into(&mut api.info.version);
    api.info.license = None;
    let shared = utoipa::openapi::ComponentsBuilder::new()
        .schema_from::<Problem>()
        .schema_from::<FieldError>()
        .security_scheme(
            "bearer",
            SecurityScheme::Http(
                HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("JWT").build(),
            ),
        )
        .build();
    let components = api.components.get_or_insert_default();
    components.schemas.extend(shared.schemas);
    components.security_schemes.extend(shared.security_schemes);
    (routes, api)
}
