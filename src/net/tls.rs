//! TLS as a client: what is trusted, and why a handshake failed in words an operator can act on.
//!
//! The roots are read at each handshake, so a renewed authority file counts without a restart.
use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use data_encoding::HEXLOWER;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature};
use rustls::{
    AlertDescription, CertificateError, ClientConfig, DigitallySignedStruct, OtherError, RootCertStore,
    SignatureScheme,
};
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, ServerName, UnixTime};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

/// What TLS trusts beyond the system's authorities.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct TlsSettings {
    /// A PEM file with one or more further authorities (or self-signed certificates) to trust.
    pub extra_ca: Option<PathBuf>,
    /// SHA-256 of the one certificate to accept, in hexadecimal, colons allowed.
    /// It replaces authorities, name and dates: the holder of that key is the server.
    pub pinned_sha256: Option<String>,
}

/// Why a handshake failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TlsFault {
    /// The certificate's last day has passed.
    #[error("the server's certificate has expired; it must be renewed on the server")]
    Expired,
    /// The certificate's first day lies ahead, or this machine's clock is wrong.
    #[error("the server's certificate is not valid yet; check this machine's clock")]
    NotYetValid,
    /// The certificate is for other names than the configured host.
    #[error("the server's certificate is not for the configured host name but for: {presented}")]
    WrongName {
        /// The names it is for, as the server presented them; may be empty.
        presented: String,
    },
    /// No trusted authority has signed the certificate.
    #[error(
        "the server's certificate is from an authority this machine does not know; set extra_ca or pinned_sha256"
    )]
    UnknownIssuer,
    /// The authority has withdrawn the certificate.
    #[error("the server's certificate has been revoked")]
    Revoked,
    /// The server showed another certificate than the pinned one.
    #[error("the server's certificate is not the pinned one; it shows SHA-256 {seen}")]
    NotPinned {
        /// Fingerprint of what it showed, in lower-case hexadecimal.
        seen: String,
    },
    /// The server speaks no TLS version or cipher that we accept (TLS 1.2 and up).
    #[error("the server offers no TLS version or cipher that is still safe (TLS 1.2 is the least)")]
    TooOld,
    /// What came back is not TLS: most often the wrong port, or text slipped in before the handshake.
    #[error("the server's answer is not TLS; check the port, and tls against starttls")]
    NotTls,
    /// STARTTLS is required but was not offered; someone on the way may have removed it.
    #[error("the server does not offer STARTTLS; no password was sent")]
    NotOffered,
    /// The server said no to STARTTLS.
    #[error("the server refused STARTTLS: {0}")]
    Refused(String),
    /// The server claims to know us before TLS protects anything (IMAP PREAUTH, RFC 9051 section 7.1.4).
    #[error("the server skipped the login before TLS, which only an attacker gains from")]
    LoginSkipped,
    /// The connection ended inside the handshake.
    #[error("the server closed the connection during the handshake")]
    Closed,
    /// Our own trust settings cannot be used.
    #[error("the trust settings cannot be used: {0}")]
    Settings(String),
    /// Any other failure, in the library's words.
    #[error("{0}")]
    Other(String),
}

impl TlsFault {
    /// Whether waiting alone may help; everything else needs someone to change something.
    pub fn is_temporary(&self) -> bool {
        matches!(self, Self::Closed)
    }
}

impl TlsSettings {
    /// The pinned fingerprint as bytes; `Err` if it is not a SHA-256 in hexadecimal.
    pub fn pin(&self) -> Result<Option<[u8; 32]>, TlsFault> {
        let Some(text) = &self.pinned_sha256 else {
            return Ok(None);
        };
        let digits: String = text.chars().filter(|c| *c != ':').flat_map(char::to_lowercase).collect();
        HEXLOWER
            .decode(digits.as_bytes())
            .ok()
            .and_then(|bytes| <[u8; 32]>::try_from(bytes).ok())
            .map(Some)
            .ok_or_else(|| TlsFault::Settings("pinned_sha256 is not 64 hexadecimal digits".to_owned()))
    }

    /// Reads the roots and builds the configuration; blocks on files.
    fn client_config(&self) -> Result<ClientConfig, TlsFault> {
        let provider = Arc::new(ring::default_provider());
        let builder = ClientConfig::builder_with_provider(Arc::clone(&provider))
            .with_safe_default_protocol_versions()
            .map_err(|error| TlsFault::Settings(error.to_string()))?;
        let config = match self.pin()? {
            Some(sha256) => builder
                .dangerous()
                .with_custom_certificate_verifier(Arc::new(Pinned { sha256, provider }))
                .with_no_client_auth(),
            None => builder.with_root_certificates(self.roots()?).with_no_client_auth(),
        };
        Ok(config)
    }

    fn roots(&self) -> Result<RootCertStore, TlsFault> {
        let mut roots = RootCertStore::empty();
        let system = rustls_native_certs::load_native_certs();
        roots.add_parsable_certificates(system.certs);
        if let Some(path) = &self.extra_ca {
            let unusable = |why: String| TlsFault::Settings(format!("extra_ca {}: {why}", path.display()));
            let mut found = 0;
            for certificate in CertificateDer::pem_file_iter(path).map_err(|e| unusable(e.to_string()))? {
                let certificate = certificate.map_err(|e| unusable(e.to_string()))?;
                roots.add(certificate).map_err(|e| unusable(e.to_string()))?;
                found += 1;
            }
            if found == 0 {
                return Err(unusable("no certificate in this file".to_owned()));
            }
        }
        if roots.is_empty() {
            return Err(TlsFault::Settings(
                "no authority to trust: this system has none installed and extra_ca is not set".to_owned(),
            ));
        }
        Ok(roots)
    }
}

/// Does the handshake; `host` is the name the certificate must carry.
pub(super) async fn handshake(
    host: &str,
    settings: &TlsSettings,
    tcp: TcpStream,
) -> Result<TlsStream<TcpStream>, TlsFault> {
    let settings = settings.clone();
    let config = tokio::task::spawn_blocking(move || settings.client_config())
        .await
        .map_err(|error| TlsFault::Settings(error.to_string()))??;
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    let name = ServerName::try_from(bare.to_owned())
        .map_err(|_| TlsFault::Settings("the host is not a name a certificate can carry".to_owned()))?;
    TlsConnector::from(Arc::new(config)).connect(name, tcp).await.map_err(|error| explain(&error))
}

/// Turns the library's error into a fault an operator can act on.
fn explain(error: &io::Error) -> TlsFault {
    use CertificateError as C;
    let Some(inner) = error.get_ref().and_then(|e| e.downcast_ref::<rustls::Error>()) else {
        return match error.kind() {
            io::ErrorKind::UnexpectedEof
            | io::ErrorKind::ConnectionReset
            | io::ErrorKind::ConnectionAborted
            | io::ErrorKind::BrokenPipe => TlsFault::Closed,
            _ => TlsFault::Other(super::printable(&error.to_string())),
        };
    };
    match inner {
        rustls::Error::InvalidCertificate(fault) => match fault {
            C::Expired | C::ExpiredContext { .. } => TlsFault::Expired,
            C::NotValidYet | C::NotValidYetContext { .. } => TlsFault::NotYetValid,
            C::NotValidForName => TlsFault::WrongName { presented: String::new() },
            C::NotValidForNameContext { presented, .. } => {
                TlsFault::WrongName { presented: super::printable(&presented.join(", ")) }
            }
            C::UnknownIssuer => TlsFault::UnknownIssuer,
            C::Revoked => TlsFault::Revoked,
            C::Other(OtherError(other)) => match other.downcast_ref::<TlsFault>() {
                Some(fault) => fault.clone(),
                None => TlsFault::Other(super::printable(&inner.to_string())),
            },
            _ => TlsFault::Other(super::printable(&inner.to_string())),
        },
        rustls::Error::PeerIncompatible(_)
        | rustls::Error::AlertReceived(
            AlertDescription::ProtocolVersion | AlertDescription::HandshakeFailure,
        ) => TlsFault::TooOld,
        rustls::Error::InvalidMessage(_) => TlsFault::NotTls,
        other => TlsFault::Other(super::printable(&other.to_string())),
    }
}

/// Accepts exactly one certificate. The handshake's signatures are still checked, so the peer must hold its key.
#[derive(Debug)]
struct Pinned {
    sha256: [u8; 32],
    provider: Arc<CryptoProvider>,
}

impl ServerCertVerifier for Pinned {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let seen: [u8; 32] = Sha256::digest(end_entity.as_ref()).into();
        if seen == self.sha256 {
            return Ok(ServerCertVerified::assertion());
        }
        let fault = TlsFault::NotPinned { seen: HEXLOWER.encode(&seen) };
        Err(rustls::Error::InvalidCertificate(CertificateError::Other(OtherError(Arc::new(fault)))))
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls12_signature(message, cert, dss, &self.provider.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls13_signature(message, cert, dss, &self.provider.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}
