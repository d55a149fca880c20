//! The signed form of claims: JWT with HMAC-SHA-256.

use jiff::Timestamp;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use secrecy::{ExposeSecret, SecretString};

use crate::Claims;

/// Signs and verifies tokens. Every process of an installation is given the same secret.
pub struct Keys {
    signing: EncodingKey,
    verifying: DecodingKey,
    validation: Validation,
}

/// Why a token was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Invalid {
    /// It is no token of this installation, or someone changed it.
    #[error("the token is malformed or its signature does not hold")]
    Forged,
    /// It was good once.
    #[error("the token has expired")]
    Expired,
}

impl Keys {
    /// Makes the keys from the installation's secret, of which all bytes count.
    #[must_use]
    pub fn from_secret(secret: &SecretString) -> Self {
        let bytes = secret.expose_secret().as_bytes();
        let mut validation = Validation::new(Algorithm::HS256);
        // The library would ask the machine's clock; ours is an argument of `verify`.
        validation.validate_exp = false;
        validation.validate_aud = false;
        validation.required_spec_claims.clear();
        Self {
            signing: EncodingKey::from_secret(bytes),
            verifying: DecodingKey::from_secret(bytes),
            validation,
        }
    }

    /// Writes the claims as a signed token.
    #[must_use]
    pub fn sign(&self, claims: &Claims) -> String {
        jsonwebtoken::encode(&Header::new(Algorithm::HS256), claims, &self.signing)
            .expect("claims are plain JSON and the key is symmetric")
    }

    /// Reads the claims of a token that this installation signed and that still holds at `now`.
    ///
    /// # Errors
    /// [`Invalid`] when the signature does not hold or the token's end has come.
    pub fn verify(&self, token: &str, now: Timestamp) -> Result<Claims, Invalid> {
        let claims = jsonwebtoken::decode::<Claims>(token, &self.verifying, &self.validation)
            .map_err(|_| Invalid::Forged)?
            .claims;
        if claims.exp <= now.as_second() { Err(Invalid::Expired) } else { Ok(claims) }
    }
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Keys(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ids::CaseId;

    fn now() -> Timestamp {
        "2026-03-02T01:00:00Z".parse().unwrap()
    }

    #[test]
    fn a_signed_token_comes_back_until_its_end() {
        let keys = Keys::from_secret(&"a secret of this test, long enough".into());
        let claims = Claims::citizen(CaseId::fresh(), now().as_second() + 60);
        let token = keys.sign(&claims);
        assert_eq!(keys.verify(&token, now()), Ok(claims));
        let later = now() + jiff::SignedDuration::from_secs(60);
        assert_eq!(keys.verify(&token, later), Err(Invalid::Expired));
    }

    #[test]
    fn another_secret_a_changed_claim_or_no_algorithm_is_forged() {
        let keys = Keys::from_secret(&"a secret of this test, long enough".into());
        let other = Keys::from_secret(&"another secret, also long enough..".into());
        let token = other.sign(&Claims::citizen(CaseId::fresh(), i64::MAX));
        assert_eq!(keys.verify(&token, now()), Err(Invalid::Forged));
        let mine = keys.sign(&Claims::citizen(CaseId::fresh(), i64::MAX));
        let parts: Vec<&str> = mine.split('.').collect();
        let swapped = format!("{}.{}.{}", parts[0], token.split('.').nth(1).unwrap(), parts[2]);
        assert_eq!(keys.verify(&swapped, now()), Err(Invalid::Forged));
        // {"alg":"none"}
        let unsigned = format!("eyJhbGciOiJub25lIn0.{}.", parts[1]);
        assert_eq!(keys.verify(&unsigned, now()), Err(Invalid::Forged));
    }
}
