//! The log: where it goes, how much it says, and what it can never say.
//!
//! Under systemd the journal gets events with their fields; elsewhere standard error gets lines. Other crates are
//! capped at warnings whatever is configured: below that some of them print what they send, passwords included.
use std::io::{self, IsTerminal as _};
use std::os::fd::AsFd as _;
use std::os::unix::fs::MetadataExt as _;

use tracing::{Level, Metadata, Subscriber};
use tracing_subscriber::filter::{EnvFilter, FilterExt as _, filter_fn};
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::{Filter, Layer, SubscriberExt as _};
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::util::SubscriberInitExt as _;

use crate::config::settings::{LogFormat, LogLevel, LoggingSettings};

/// How talkative a subcommand is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Voice {
    /// As configured: the daemon.
    Configured,
    /// Warnings only, since the result is printed: everything else.
    Quiet,
}

/// Opens the log for the rest of the process. A second call changes nothing.
pub fn start(settings: LoggingSettings, voice: Voice) {
    let level = match voice {
        Voice::Configured => word(settings.level),
        Voice::Quiet => "warn",
    };
    let wanted = rust_log().unwrap_or_else(|| level.to_owned());
    let registry = tracing_subscriber::registry();
    let _ = match settings.format {
        LogFormat::Auto if in_journal() => registry.with(journal(&wanted, level)).try_init(),
        LogFormat::Journal => registry.with(journal(&wanted, level)).try_init(),
        LogFormat::Auto | LogFormat::Text => {
            registry.with(text(&wanted, level, io::stderr, colours())).try_init()
        }
        LogFormat::Json => registry.with(json(&wanted, level, io::stderr)).try_init(),
    };
}

/// Opens the log for the rest of the process in a file of text lines: the demonstration keeps its terminal for letters.
pub fn start_in(file: std::fs::File, settings: LoggingSettings) {
    let level = word(settings.level);
    let wanted = rust_log().unwrap_or_else(|| level.to_owned());
    let lines = text(&wanted, level, std::sync::Arc::new(file), Colours::No);
    let _ = tracing_subscriber::registry().with(lines).try_init();
}

type Boxed<S> = Box<dyn Layer<S> + Send + Sync>;

/// The journal, or text on standard error where there is no journal after all.
fn journal<S>(wanted: &str, level: &str) -> Boxed<S>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
{
    match tracing_journald::layer() {
        Ok(journal) => journal.with_filter(filter(wanted, level)).boxed(),
        Err(_) => text(wanted, level, io::stderr, Colours::No),
    }
}

fn text<S, W>(wanted: &str, level: &str, to: W, colours: Colours) -> Boxed<S>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    W: for<'w> MakeWriter<'w> + Send + Sync + 'static,
{
    let lines = tracing_subscriber::fmt::layer().with_writer(to).with_ansi(colours == Colours::Yes);
    lines.with_target(false).with_filter(filter(wanted, level)).boxed()
}

fn json<S, W>(wanted: &str, level: &str, to: W) -> Boxed<S>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    W: for<'w> MakeWriter<'w> + Send + Sync + 'static,
{
    let lines = tracing_subscriber::fmt::layer().json().flatten_event(true).with_writer(to);
    lines.with_filter(filter(wanted, level)).boxed()
}

/// What is wanted, or `level` where that makes no sense, under the cap that nothing lifts.
fn filter<S: Subscriber>(wanted: &str, level: &str) -> impl Filter<S> + Send + Sync + 'static {
    let wanted = EnvFilter::try_new(wanted).unwrap_or_else(|_| EnvFilter::new(level));
    wanted.and(filter_fn(may_speak))
}

/// Whether an event may be logged at any setting: ours always, other crates' from warnings up.
fn may_speak(event: &Metadata<'_>) -> bool {
    let ours = event.target().split("::").next() == Some("redress");
    // In this order an error is the least.
    ours || *event.level() <= Level::WARN
}

fn word(level: LogLevel) -> &'static str {
    match level {
        LogLevel::Error => "error",
        LogLevel::Warn => "warn",
        LogLevel::Info => "info",
        LogLevel::Debug => "debug",
        LogLevel::Trace => "trace",
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Colours {
    Yes,
    No,
}

fn colours() -> Colours {
    let refused = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    if !refused && io::stderr().is_terminal() { Colours::Yes } else { Colours::No }
}

fn rust_log() -> Option<String> {
    std::env::var_os("RUST_LOG")?.into_string().ok().filter(|filter| !filter.is_empty())
}

/// Whether our standard error is the journal's stream: systemd names its device and inode (systemd.exec(5)).
fn in_journal() -> bool {
    let stream = std::env::var_os("JOURNAL_STREAM").and_then(|stream| stream.into_string().ok());
    let own = io::stderr().as_fd().try_clone_to_owned().and_then(|fd| std::fs::File::from(fd).metadata());
    match (stream, own) {
        (Some(stream), Ok(own)) => stream == format!("{}:{}", own.dev(), own.ino()),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::*;

    #[derive(Clone, Default)]
    struct Page(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Page {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    impl<'w> MakeWriter<'w> for Page {
        type Writer = Self;
        fn make_writer(&'w self) -> Self {
            self.clone()
        }
    }

    impl Page {
        fn read(&self) -> String {
            String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
        }
    }

    /// Several crates speak.
    fn speak() {
        tracing::trace!(target: "async_imap::imap_stream", "LOGIN secret");
        tracing::debug!(target: "lettre::transport", "AUTH secret");
        tracing::info!(target: "rustls", "secret");
        tracing::info!(target: "redress_but_not_ours", "secret");
        tracing::trace!(target: "tokio_postgres", "secret");
        tracing::trace!(target: "handlebars", "secret");
        tracing::debug!(target: "imap_proto", "secret");
        tracing::warn!(target: "async_imap", "a warning");
        tracing::debug!(target: "redress::imap", "our detail");
        tracing::info!(target: "redress", dispute = "D-1042", "our event");
    }

    /// What is logged of it under this filter, as text.
    fn logged(wanted: &str) -> String {
        let page = Page::default();
        let layer = text(wanted, "info", page.clone(), Colours::No);
        tracing::subscriber::with_default(tracing_subscriber::registry().with(layer), speak);
        page.read()
    }

    /// The same as JSON.
    fn logged_as_json(wanted: &str) -> String {
        let page = Page::default();
        let layer = json(wanted, "info", page.clone());
        tracing::subscriber::with_default(tracing_subscriber::registry().with(layer), speak);
        page.read()
    }

    #[test]
    fn no_setting_lets_another_crate_say_more_than_warnings() {
        for wanted in [
            "trace",
            "async_imap=trace,lettre=trace,rustls=trace,tokio_postgres=trace,handlebars=trace,imap_proto=trace",
            "info,async_imap::imap_stream=trace",
            "[]=trace",
            "nonsense==",
        ] {
            for log in [logged(wanted), logged_as_json(wanted)] {
                assert!(!log.contains("secret"), "{wanted}: {log}");
            }
        }
        assert!(logged("trace").contains("a warning"));
    }

    #[test]
    fn our_own_detail_follows_the_filter() {
        let (info, debug) = (logged("info"), logged("info,redress=debug"));
        assert!(
            info.contains("our event") && info.contains("D-1042") && !info.contains("our detail"),
            "{info}"
        );
        assert!(debug.contains("our detail"), "{debug}");
    }

    #[test]
    fn a_filter_that_makes_no_sense_gives_the_configured_level() {
        let log = logged("nonsense==");
        assert!(log.contains("our event") && !log.contains("our detail"), "{log}");
    }

    #[test]
    fn json_lines_carry_their_fields() {
        let log = logged_as_json("info");
        let event = log.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
        let ours = event.into_iter().find(|event| event["target"] == "redress").unwrap();
        assert_eq!((&ours["message"], &ours["dispute"]), (&"our event".into(), &"D-1042".into()));
    }

    #[test]
    fn every_level_is_a_filter() {
        for (level, name) in
            [LogLevel::Error, LogLevel::Warn, LogLevel::Info, LogLevel::Debug, LogLevel::Trace]
                .into_iter()
                .zip(LogLevel::WORDS)
        {
            assert_eq!(word(level), *name);
            assert!(EnvFilter::try_new(word(level)).is_ok());
        }
    }
}
