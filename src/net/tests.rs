//! Certificates and scripted servers for the adapters' tests, and the tests of what the adapters share.
use std::io::Write as _;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair, date_time_ymd};
use rustls::ServerConfig;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use tempfile::NamedTempFile;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;

use super::*;

/// A certificate of a scripted server, and what is wrong with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Identity {
    /// For `localhost`, by the authority the client is told to trust.
    Good,
    /// Its last day is long past.
    Expired,
    /// Its first day is far ahead.
    Future,
    /// For `elsewhere.test`.
    WrongName,
    /// By another authority.
    Stranger,
    /// By nobody but itself.
    SelfSigned,
}

impl Identity {
    /// All that no client may trust.
    pub const BAD: [Self; 5] =
        [Self::Expired, Self::Future, Self::WrongName, Self::Stranger, Self::SelfSigned];
}

/// Steps of a script that answer a handshake as a server does that knows nothing better than TLS 1.1: by an alert
/// (`protocol_version`, RFC 5246 section 7.2.2), and by a hello of that version.
pub(crate) fn outdated_tls() -> [String; 2] {
    let hello = format!("\u{16}\u{3}\u{2}\u{0}*\u{2}\u{0}\u{0}&\u{3}\u{2}{}\u{0}\u{0}/\u{0}", "x".repeat(32));
    ["\u{15}\u{3}\u{2}\u{0}\u{2}\u{2}\u{46}".to_owned(), hello].map(|bytes| format!("R: {bytes}\nSILENT\n"))
}

/// A server's TLS side, with the file of the authority a client is to trust.
pub(crate) struct Tls {
    pub config: Arc<ServerConfig>,
    pub authority: NamedTempFile,
    pub fingerprint: String,
}

impl Tls {
    pub fn new(identity: Identity) -> Self {
        let issuer = |name: &str| {
            let mut params = CertificateParams::new(Vec::<String>::new()).unwrap();
            params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
            params.distinguished_name.push(rcgen::DnType::CommonName, name);
            CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
        };
        let (trusted, stranger) = (issuer("Trusted"), issuer("Stranger"));
        let name = if identity == Identity::WrongName { "elsewhere.test" } else { "localhost" };
        let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
        match identity {
            Identity::Expired => params.not_after = date_time_ymd(2020, 1, 1),
            Identity::Future => params.not_before = date_time_ymd(3000, 1, 1),
            _ => {}
        }
        let key = KeyPair::generate().unwrap();
        let signer = if identity == Identity::Stranger { &stranger } else { &trusted };
        let leaf = match identity {
            Identity::SelfSigned => params.self_signed(&key).unwrap(),
            _ => params.signed_by(&key, signer).unwrap(),
        };
        let fingerprint: [u8; 32] =
            sha2::Digest::finalize(<sha2::Sha256 as sha2::Digest>::new_with_prefix(leaf.der())).into();
        let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![CertificateDer::from(leaf.der().to_vec())], key)
            .unwrap();
        let mut authority = NamedTempFile::new().unwrap();
        authority.write_all(trusted.pem().as_bytes()).unwrap();
        Self {
            config: Arc::new(config),
            authority,
            fingerprint: data_encoding::HEXLOWER.encode(&fingerprint),
        }
    }

    /// Settings that trust this server's authority.
    pub fn trusted(&self) -> TlsSettings {
        TlsSettings { extra_ca: Some(self.authority.path().to_owned()), pinned_sha256: None }
    }
}

/// A server that follows a script on one connection after the other and remembers what it heard.
///
/// A script's lines: `S: text` sends a line, where `{}` is the tag of the last line heard; `R: text` sends text with
/// `\r` `\n` escapes and no line end; `C: text` reads a line that must contain text; `MAIL` reads to the final dot;
/// `TLS` does the handshake; `PAUSE` lets the client wait a little; `SILENT` says nothing until the client leaves;
/// `STALL` does not even read; `NEXT` closes and takes the next
/// connection. At its end the connection is closed.
pub(crate) struct Scripted {
    pub port: u16,
    task: JoinHandle<Result<Vec<u8>, String>>,
}

impl Scripted {
    /// Starts the server; `tls` is needed for the word `TLS`.
    pub async fn start(script: &str, tls: Option<&Tls>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let acceptor = tls.map(|tls| TlsAcceptor::from(Arc::clone(&tls.config)));
        let script = script.to_owned();
        let task = tokio::spawn(async move {
            let mut heard = Vec::new();
            for part in script.split("NEXT\n") {
                let (tcp, _) = listener.accept().await.unwrap();
                tcp.set_nodelay(true).unwrap();
                let lines: Vec<&str> = part.lines().map(str::trim_start).filter(|l| !l.is_empty()).collect();
                play(tcp, &lines, acceptor.as_ref(), &mut heard).await?;
            }
            Ok(heard)
        });
        Self { port, task }
    }

    /// An endpoint on this server.
    pub fn endpoint(&self, security: Security, tls: TlsSettings) -> Endpoint {
        Endpoint { host: "localhost".to_owned(), port: self.port, security, tls }
    }

    /// Everything the client said, once the script has ended; panics if the client left the script.
    pub async fn heard(self) -> String {
        let heard = tokio::time::timeout(Duration::from_secs(20), self.task).await;
        String::from_utf8_lossy(&heard.unwrap().unwrap().unwrap()).into_owned()
    }

    /// What the client said before it broke off, whatever the rest of the script.
    pub async fn heard_until_left(self) -> String {
        let heard = tokio::time::timeout(Duration::from_secs(20), self.task).await;
        match heard.unwrap().unwrap() {
            Ok(heard) => String::from_utf8_lossy(&heard).into_owned(),
            Err(left) => left,
        }
    }
}

trait Io: AsyncRead + AsyncWrite + Unpin + Send {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send> Io for T {}

async fn play(
    tcp: TcpStream,
    script: &[&str],
    acceptor: Option<&TlsAcceptor>,
    heard: &mut Vec<u8>,
) -> Result<(), String> {
    let mut io: Box<dyn Io> = Box::new(tcp);
    let mut tag = String::new();
    for step in script {
        let left = |heard: &[u8]| format!("left at {step:?}; heard {}", String::from_utf8_lossy(heard));
        if let Some(text) = step.strip_prefix("S: ") {
            let line = format!("{}\r\n", text.replace("{}", &tag));
            io.write_all(line.as_bytes()).await.map_err(|_| left(heard))?;
        } else if let Some(text) = step.strip_prefix("R: ") {
            let raw = text.replace("\\r", "\r").replace("\\n", "\n").replace("{}", &tag);
            // Latin-1, so that a script can send any byte.
            let raw: Vec<u8> = raw.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
            io.write_all(&raw).await.map_err(|_| left(heard))?;
        } else if let Some(wanted) = step.strip_prefix("C: ") {
            let line = read_line(&mut io, 1 << 20).await.map_err(|_| left(heard))?;
            heard.extend(line.as_bytes());
            heard.push(b'\n');
            line.split(' ').next().unwrap_or_default().clone_into(&mut tag);
            if !line.contains(wanted) {
                return Err(left(heard));
            }
        } else if *step == "MAIL" {
            while !heard.ends_with(b"\r\n.\r\n") {
                heard.push(io.read_u8().await.map_err(|_| left(heard))?);
            }
        } else if *step == "TLS" {
            let accepted = acceptor.unwrap().accept(io).await;
            io = Box::new(accepted.map_err(|_| left(heard))?);
        } else if *step == "SILENT" {
            let _ = io.read_to_end(heard).await;
        } else if *step == "PAUSE" {
            // Longer than the short patience of the tests that use it.
            let said = tokio::time::timeout(Duration::from_millis(700), io.read_u8()).await;
            assert!(said.is_err(), "the client did not wait");
        } else if *step == "STALL" {
            std::future::pending::<()>().await;
        } else {
            panic!("no such step: {step}");
        }
    }
    let _ = io.shutdown().await;
    Ok(())
}

#[test]
fn an_endpoint_is_checked_before_it_is_used() {
    let check = |host: &str, port, security, pin: Option<&str>, expected| {
        let tls = TlsSettings { extra_ca: None, pinned_sha256: pin.map(str::to_owned) };
        let endpoint = Endpoint { host: host.to_owned(), port, security, tls };
        assert_eq!(endpoint.validate(), expected, "{host}");
    };
    let pin = "AB:".repeat(31) + "cd";
    check("mail.example.org", 993, Security::ImplicitTls, None, Ok(()));
    check("mail.example.org", 993, Security::ImplicitTls, Some(&pin), Ok(()));
    check("mail.example.org", 993, Security::ImplicitTls, Some("abcd"), Err(EndpointFault::Pin));
    check("mail.example.org", 143, Security::Plain, None, Err(EndpointFault::PlainToElsewhere));
    check("localhost.example.org", 143, Security::Plain, None, Err(EndpointFault::PlainToElsewhere));
    check("LOCALHOST", 143, Security::Plain, None, Ok(()));
    check("127.0.0.5", 143, Security::Plain, None, Ok(()));
    check("[::1]", 143, Security::Plain, None, Ok(()));
    check("", 993, Security::ImplicitTls, None, Err(EndpointFault::Host));
    check("a b", 993, Security::ImplicitTls, None, Err(EndpointFault::Host));
    check("a", 0, Security::ImplicitTls, None, Err(EndpointFault::Port));
}

/// Does a handshake with a server of this identity, as a client with these settings.
async fn shake(identity: Identity, settings: impl FnOnce(&Tls) -> TlsSettings) -> Result<(), TlsFault> {
    let tls = Tls::new(identity);
    let server = Scripted::start("TLS\nSILENT\n", Some(&tls)).await;
    let endpoint = server.endpoint(Security::ImplicitTls, settings(&tls));
    let patience = Duration::from_secs(10);
    let tcp = endpoint.connect(patience).await.unwrap();
    match endpoint.handshake(tcp, patience).await {
        Ok(_) => Ok(()),
        Err(NetError::Tls(fault)) => Err(fault),
        Err(other) => panic!("{other}"),
    }
}

#[tokio::test]
async fn g15_only_a_certificate_that_is_right_in_every_way_is_trusted() {
    let by_authority = |tls: &Tls| tls.trusted();
    assert_eq!(shake(Identity::Good, by_authority).await, Ok(()));
    assert_eq!(shake(Identity::Expired, by_authority).await, Err(TlsFault::Expired));
    assert_eq!(shake(Identity::Future, by_authority).await, Err(TlsFault::NotYetValid));
    assert_eq!(shake(Identity::Stranger, by_authority).await, Err(TlsFault::UnknownIssuer));
    assert_eq!(shake(Identity::SelfSigned, by_authority).await, Err(TlsFault::UnknownIssuer));
    assert_eq!(shake(Identity::Good, |_| TlsSettings::default()).await, Err(TlsFault::UnknownIssuer));
    let wrong = shake(Identity::WrongName, by_authority).await.unwrap_err();
    assert!(wrong.to_string().contains("elsewhere.test"), "{wrong}");
}

#[tokio::test]
async fn a_pinned_certificate_replaces_the_authorities() {
    let pinned =
        |tls: &Tls| TlsSettings { extra_ca: None, pinned_sha256: Some(tls.fingerprint.to_uppercase()) };
    assert_eq!(shake(Identity::Good, pinned).await, Ok(()));
    assert_eq!(shake(Identity::Stranger, pinned).await, Ok(()));
    let other = |_: &Tls| TlsSettings { extra_ca: None, pinned_sha256: Some("00".repeat(32)) };
    let refused = shake(Identity::Good, other).await.unwrap_err();
    assert!(matches!(refused, TlsFault::NotPinned { .. }), "{refused}");
}

#[tokio::test]
async fn trust_settings_that_cannot_be_used_are_named() {
    let missing = |_: &Tls| TlsSettings { extra_ca: Some(PathBuf::from("missing.pem")), pinned_sha256: None };
    let fault = shake(Identity::Good, missing).await.unwrap_err();
    assert!(fault.to_string().contains("missing.pem"), "{fault}");
    let empty = NamedTempFile::new().unwrap();
    let nothing = |_: &Tls| TlsSettings { extra_ca: Some(empty.path().to_owned()), pinned_sha256: None };
    let fault = shake(Identity::Good, nothing).await.unwrap_err();
    assert!(fault.to_string().contains("no certificate"), "{fault}");
}

#[tokio::test]
async fn what_is_not_tls_is_said_so() {
    let check = async |script: &str, expected: TlsFault| {
        let server = Scripted::start(script, None).await;
        let endpoint = server.endpoint(Security::ImplicitTls, TlsSettings::default());
        let tcp = endpoint.connect(Duration::from_secs(5)).await.unwrap();
        match endpoint.handshake(tcp, Duration::from_secs(5)).await {
            Err(NetError::Tls(fault)) => assert_eq!(fault, expected, "{script}"),
            other => panic!("{script}: {other:?}"),
        }
    };
    check("S: * OK IMAP4rev1 ready for your login\nSILENT\n", TlsFault::NotTls).await;
    for script in outdated_tls() {
        check(&script, TlsFault::TooOld).await;
    }
    check("R: \u{15}\u{3}\u{1}\u{0}\u{2}\u{2}\u{28}\nSILENT\n", TlsFault::TooOld).await;
}

#[tokio::test]
async fn nobody_there_is_said_with_host_and_port() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    let endpoint = Endpoint {
        host: "127.0.0.1".to_owned(),
        port,
        security: Security::Plain,
        tls: TlsSettings::default(),
    };
    let error = endpoint.connect(Duration::from_secs(5)).await.unwrap_err();
    assert!(error.to_string().contains(&format!("127.0.0.1 port {port}")), "{error}");
}

#[tokio::test]
async fn a_silent_handshake_ends() {
    let server = Scripted::start("SILENT\n", None).await;
    let endpoint = server.endpoint(Security::ImplicitTls, TlsSettings::default());
    let tcp = endpoint.connect(Duration::from_secs(5)).await.unwrap();
    let error = endpoint.handshake(tcp, Duration::from_millis(50)).await.unwrap_err();
    assert!(matches!(error, NetError::Timeout { .. }), "{error}");
}

#[test]
fn a_servers_words_are_made_printable() {
    assert_eq!(printable("a\r\nb\x1b[31m"), "a  b [31m");
    assert_eq!(printable(&"ü".repeat(1000)).chars().count(), 300);
}
