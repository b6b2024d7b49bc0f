//! The helpers that templates may use, in a plain text and in an HTML form.
//!
//! | helper | gives |
//! |---|---|
//! | `{{date at}}`, `{{datetime at}}` | the day, or day and minute, in the desk's zone and the reader's language |
//! | `{{word "stage" closing.stage}}` | the words of that table for that value; a missing one is an error |
//! | `{{prose text}}` | somebody's words as they wrote them; paragraphs in HTML |
//! | `{{quote text}}` | the same, set visibly apart |
//! | `{{asis}}` | at the start of a line of plain text: do not fill this line |
//! | `{{pad usage 24}}` | filled up with spaces, in plain text |
use std::sync::Arc;

use chrono_tz::Tz;
use handlebars::{
    Context, Handlebars, Helper, HelperDef, HelperResult, Output, RenderContext, RenderError,
    RenderErrorReason, ScopedJson,
};
use serde_json::Value;

use super::{
    prose::{ASIS, escaped, prose_html, prose_text, quote_html, quote_text},
    words::Words,
};
use crate::domain::Timestamp;

/// Names of the helpers above, and of those of the template language that are let in.
pub(super) const HELPERS: &[&str] =
    &["date", "datetime", "word", "prose", "quote", "asis", "pad", "eq", "ne", "and", "or", "not"];

/// Names of the block helpers that are let in.
pub(super) const BLOCKS: &[&str] = &["if", "unless", "each", "with"];

/// What helpers know: one language's words, and the desk's zone.
pub(super) struct Tongue {
    /// Words and dates.
    pub words: Words,
    /// The desk's time zone.
    pub zone: Tz,
}

/// Which of a letter's two forms a registry is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Medium {
    /// Subject and plain text.
    Text,
    /// HTML.
    Html,
}

/// An empty strict registry for `medium`, with its helpers.
pub(super) fn registry(medium: Medium, tongue: &Arc<Tongue>) -> Handlebars<'static> {
    let mut registry = Handlebars::new();
    registry.set_strict_mode(true);
    registry.set_prevent_indent(true);
    match medium {
        Medium::Text => {
            registry.register_escape_fn(handlebars::no_escape);
            registry.register_helper("prose", Box::new(Raw(prose_text)));
            registry.register_helper("quote", Box::new(Raw(quote_text)));
        }
        Medium::Html => {
            registry.register_escape_fn(escaped);
            registry.register_helper("prose", Box::new(Raw(prose_html)));
            registry.register_helper("quote", Box::new(Raw(quote_html)));
        }
    }
    let own = Arc::clone(tongue);
    registry.register_helper(
        "date",
        Box::new(Gives(move |h: &Helper<'_>| Ok(own.words.date(moment(h)?, own.zone)))),
    );
    let own = Arc::clone(tongue);
    registry.register_helper(
        "datetime",
        Box::new(Gives(move |h: &Helper<'_>| Ok(own.words.datetime(moment(h)?, own.zone)))),
    );
    let own = Arc::clone(tongue);
    registry.register_helper("word", Box::new(Gives(move |h: &Helper<'_>| word(h, &own.words))));
    registry.register_helper(
        "asis",
        Box::new(Gives(move |_: &Helper<'_>| {
            Ok(if medium == Medium::Text { ASIS.to_string() } else { String::new() })
        })),
    );
    registry.register_helper("pad", Box::new(Gives(move |h: &Helper<'_>| pad(h, medium))));
    registry
}

/// A helper that gives a text, which is then escaped as the medium wants it.
struct Gives<F>(F);

impl<F: Fn(&Helper<'_>) -> Result<String, RenderError> + Send + Sync> HelperDef for Gives<F> {
    fn call_inner<'reg: 'rc, 'rc>(
        &self,
        h: &Helper<'rc>,
        _: &'reg Handlebars<'reg>,
        _: &'rc Context,
        _: &mut RenderContext<'reg, 'rc>,
    ) -> Result<ScopedJson<'rc>, RenderError> {
        Ok(ScopedJson::Derived(Value::String((self.0)(h)?)))
    }
}

/// A helper that lays out a text and escapes it itself.
struct Raw(fn(&str) -> String);

impl HelperDef for Raw {
    fn call<'reg: 'rc, 'rc>(
        &self,
        h: &Helper<'rc>,
        _: &'reg Handlebars<'reg>,
        _: &'rc Context,
        _: &mut RenderContext<'reg, 'rc>,
        out: &mut dyn Output,
    ) -> HelperResult {
        out.write(&(self.0)(text(h, 0)?))?;
        Ok(())
    }
}

fn wrong(h: &Helper<'_>, what: &str) -> RenderError {
    RenderErrorReason::Other(format!("{}: {what}", h.name())).into()
}

fn text<'a>(h: &'a Helper<'_>, index: usize) -> Result<&'a str, RenderError> {
    h.param(index).and_then(|param| param.value().as_str()).ok_or_else(|| wrong(h, "a text is needed"))
}

fn moment(h: &Helper<'_>) -> Result<Timestamp, RenderError> {
    text(h, 0)?.parse().map_err(|_| wrong(h, "a moment is needed"))
}

fn word(h: &Helper<'_>, words: &Words) -> Result<String, RenderError> {
    let (table, word) = (text(h, 0)?, text(h, 1)?);
    words
        .word(table, word)
        .map(str::to_owned)
        .ok_or_else(|| wrong(h, &format!("[word.{table}] has no \u{201c}{word}\u{201d}")))
}

fn pad(h: &Helper<'_>, medium: Medium) -> Result<String, RenderError> {
    let width = h
        .param(1)
        .and_then(|param| param.value().as_u64())
        .and_then(|width| usize::try_from(width).ok())
        .filter(|width| *width <= 80)
        .ok_or_else(|| wrong(h, "a width up to 80 is needed"))?;
    let text = text(h, 0)?;
    Ok(if medium == Medium::Text { format!("{text:width$}") } else { text.to_owned() })
}
