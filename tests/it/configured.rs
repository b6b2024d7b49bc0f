//! A configuration as a daemon would read it, with the secrets that every desk of these tests has.
use std::path::Path;

use redress::{
    cli::demo::servers::PASSWORD,
    config::{Config, Environment, Secrets},
    mail::token::KeyRing,
};

/// The keys of a desk that is given none of its own.
pub fn usual_keys() -> String {
    KeyRing::generate([7; 32])
}

/// Reads `text` as the file `redress.toml` of `folder`; the password is that of the throw-away servers.
pub fn configured(text: &str, folder: &Path, keys: &str) -> Config {
    let environment = Environment::default()
        .with_variable("REDRESS_IMAP_PASSWORD", PASSWORD)
        .with_variable("REDRESS_SIGNING_KEY", keys);
    match Config::parse(text, &folder.join("redress.toml"), &environment, Secrets::Required) {
        Ok(config) => config,
        Err(error) => panic!("{error}"),
    }
}
