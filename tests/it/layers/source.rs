//! Which modules and crates a source file names, found without a compiler.

use std::path::Path;

/// What one file names.
#[derive(Debug, Default)]
pub struct Source {
    /// The module that the file is, from the crate's root; empty for the root itself.
    pub module: Vec<String>,
    /// Modules of ours, by their first segment below the root; `*` is the whole root.
    pub ours: Vec<Named>,
    /// First segments of every other path: crates, and things in scope.
    pub crates: Vec<Named>,
    /// Modules that exist in tests only.
    pub test_modules: Vec<Vec<String>>,
}

/// A name, and the line where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// The segment that decides.
    pub first: String,
    /// Counted from 1.
    pub line: usize,
}

/// A word, or a piece of punctuation (`::` is one piece).
#[derive(Debug, Clone)]
struct Token {
    text: String,
    line: usize,
}

impl Token {
    fn is_word(&self) -> bool {
        self.text.starts_with(|c: char| c.is_alphabetic() || c == '_')
    }
}

/// The module that a file under `src/` is: `mail/reply.rs` and `mail/mod.rs` are `mail::reply` and `mail`.
pub fn module_of(place: &Path) -> Vec<String> {
    let path = place.with_extension("");
    let mut module: Vec<String> = path.iter().map(|part| part.to_string_lossy().into_owned()).collect();
    if module.last().is_some_and(|last| last == "mod") || module == ["lib"] {
        module.pop();
    }
    module
}

impl Source {
    /// Reads the text of the file that is `module`.
    pub fn read(module: Vec<String>, text: &str) -> Self {
        let file = module.clone();
        let mut source = Self { module, ..Self::default() };
        let tokens = tokens(text);
        // The modules around the present place inside the file, each with the depth of braces where it ends.
        let mut inside: Vec<(String, usize)> = Vec::new();
        let (mut at, mut depth) = (0, 0);
        while let Some(token) = tokens.get(at) {
            let here = || file.iter().cloned().chain(inside.iter().map(|(name, _)| name.clone()));
            if let Some(after) = test_attribute(&tokens, at) {
                let (name, after) = skip_item(&tokens, after);
                source.test_modules.extend(name.map(|name| here().chain([name]).collect()));
                at = after;
                continue;
            }
            match token.text.as_str() {
                "{" => depth += 1,
                "}" => {
                    depth -= 1;
                    inside.retain(|(_, ends)| *ends <= depth);
                }
                "mod" if text_at(&tokens, at + 2) == "{" => {
                    inside.push((text_at(&tokens, at + 1).to_owned(), depth + 1));
                }
                _ if starts_path(&tokens, at) => {
                    let place: Vec<String> = here().collect();
                    let (paths, after) = paths(&tokens, at);
                    for path in paths {
                        source.note(&place, &path, token.line);
                    }
                    at = after;
                    continue;
                }
                _ => (),
            }
            at += 1;
        }
        source
    }

    fn note(&mut self, place: &[String], path: &[String], line: usize) {
        let mut base: Option<Vec<String>> = None;
        let mut rest = path;
        while let [first, others @ ..] = rest {
            match first.as_str() {
                "crate" => base = Some(Vec::new()),
                "redress" if place.first().is_some_and(|module| module == "main") => base = Some(Vec::new()),
                "self" if base.is_none() => base = Some(place.to_vec()),
                "self" => (),
                "super" => {
                    let mut above = base.unwrap_or_else(|| place.to_vec());
                    above.pop();
                    base = Some(above);
                }
                _ => break,
            }
            rest = others;
        }
        let name = |first: Option<&String>| Named { first: first.map_or("*".into(), Clone::clone), line };
        match base {
            None => self.crates.push(name(path.first())),
            Some(base) if base.is_empty() => self.ours.push(name(rest.first())),
            Some(base) => self.ours.push(name(base.first())),
        }
    }
}

fn text_at(tokens: &[Token], at: usize) -> &str {
    tokens.get(at).map_or("", |token| token.text.as_str())
}

/// Whether a path begins here: a word before `::`, or any after `use`, and not itself behind `::` or a dot.
fn starts_path(tokens: &[Token], at: usize) -> bool {
    let before = at.checked_sub(1).map_or("", |before| text_at(tokens, before));
    let word = tokens.get(at).is_some_and(Token::is_word);
    let follows = text_at(tokens, at + 1) == "::" || before == "use";
    // A leading `::` names a crate, so what follows it starts a path unless a segment stands before.
    let inner = before == "::"
        && at
            .checked_sub(2)
            .and_then(|at| tokens.get(at))
            .is_some_and(|t| t.is_word() && t.text != "use" || t.text == ">");
    word && follows && !inner && before != "." && text_at(tokens, at) != "use"
}

/// All paths of the tree that begins at `at`, and the place after it.
fn paths(tokens: &[Token], mut at: usize) -> (Vec<Vec<String>>, usize) {
    let mut found: Vec<Vec<String>> = Vec::new();
    // What stands before each open group, the innermost last.
    let mut prefixes: Vec<Vec<String>> = Vec::new();
    let mut path: Vec<String> = Vec::new();
    while let Some(token) = tokens.get(at) {
        let named = prefixes.last().is_none_or(|prefix| path.len() > prefix.len());
        match token.text.as_str() {
            "::" => (),
            "{" => prefixes.push(path.clone()),
            "," | "}" if !prefixes.is_empty() => {
                found.extend(named.then_some(path));
                if token.text == "}" {
                    prefixes.pop();
                }
                path = prefixes.last().cloned().unwrap_or_default();
            }
            "as" if !prefixes.is_empty() => at += 1,
            text if token.is_word() || text == "*" => path.push(text.to_owned()),
            _ => break,
        }
        at += 1;
        if prefixes.is_empty() && (token.text == "}" || token.text != "::" && text_at(tokens, at) != "::") {
            break;
        }
    }
    found.extend((prefixes.is_empty() && !path.is_empty()).then_some(path));
    (found, at)
}

/// The place after the attribute at `at`, if that is one that keeps its item to tests.
fn test_attribute(tokens: &[Token], at: usize) -> Option<usize> {
    let after = attribute(tokens, at)?;
    let words: Vec<&str> = tokens.get(at..after)?.iter().map(|token| token.text.as_str()).collect();
    (words.get(2) == Some(&"cfg") && words.contains(&"test") && !words.contains(&"not")).then_some(after)
}

/// The place after the attribute at `at`, if there is one.
fn attribute(tokens: &[Token], at: usize) -> Option<usize> {
    if text_at(tokens, at) != "#" || text_at(tokens, at + 1) != "[" {
        return None;
    }
    let mut depth = 0_usize;
    for (place, token) in tokens.iter().enumerate().skip(at) {
        match token.text.as_str() {
            "[" => depth += 1,
            "]" if depth == 1 => return Some(place + 1),
            "]" => depth -= 1,
            _ => (),
        }
    }
    None
}

/// The place after the item at `at`; and its name, if it is a module in a file of its own.
fn skip_item(tokens: &[Token], mut at: usize) -> (Option<String>, usize) {
    while let Some(after) = attribute(tokens, at) {
        at = after;
    }
    let module = tokens.iter().skip(at).take(4).position(|token| token.text == "mod").map(|place| at + place);
    let name =
        module.filter(|place| text_at(tokens, place + 2) == ";").map(|place| text_at(tokens, place + 1));
    let mut depth = 0_usize;
    while let Some(token) = tokens.get(at) {
        match token.text.as_str() {
            "(" | "[" | "{" => depth += 1,
            "}" if depth == 1 => return (None, at + 1),
            ")" | "]" | "}" if depth == 0 => break,
            ")" | "]" | "}" => depth -= 1,
            ";" | "," if depth == 0 => return (name.map(str::to_owned), at + 1),
            _ => (),
        }
        at += 1;
    }
    (None, at)
}

/// Words and punctuation, without comments, texts, characters and lifetimes.
fn tokens(text: &str) -> Vec<Token> {
    let mut found = Vec::new();
    let mut rest = text;
    let mut line = 1;
    while let Some(first) = rest.chars().next() {
        let before = rest;
        if let Some(comment) = rest.strip_prefix("//") {
            rest = comment.find('\n').and_then(|end| comment.get(end..)).unwrap_or_default();
        } else if rest.starts_with("/*") {
            rest = after_comment(rest);
        } else if first == '"' {
            rest = after_text(rest.strip_prefix('"').unwrap_or_default());
        } else if first == '\'' {
            rest = after_quote(rest.strip_prefix('\'').unwrap_or_default());
        } else if let Some(raw) = after_raw_text(rest) {
            rest = raw;
        } else if is_word_part(first) {
            rest = rest.trim_start_matches(is_word_part);
            let word = before.strip_suffix(rest).unwrap_or_default();
            // The letter before a text, or before a raw word, belongs to that.
            let prefix = matches!(word, "b" | "c" | "r") && rest.starts_with(['"', '\'', '#']);
            found.extend((!prefix).then(|| Token { text: word.to_owned(), line }));
            rest = if prefix { rest.trim_start_matches('#') } else { rest };
        } else if let Some(after) = rest.strip_prefix("::") {
            found.push(Token { text: "::".to_owned(), line });
            rest = after;
        } else {
            found.extend((!first.is_whitespace()).then(|| Token { text: first.to_string(), line }));
            rest = rest.strip_prefix(first).unwrap_or_default();
        }
        line += before.strip_suffix(rest).unwrap_or_default().matches('\n').count();
    }
    found
}

fn is_word_part(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// What follows a block comment, which may hold others.
fn after_comment(text: &str) -> &str {
    let mut rest = text;
    let mut depth = 0_usize;
    loop {
        if let Some(inner) = rest.strip_prefix("/*") {
            depth += 1;
            rest = inner;
        } else if let Some(outer) = rest.strip_prefix("*/") {
            depth -= 1;
            rest = outer;
        } else {
            let mut chars = rest.chars();
            chars.next();
            rest = chars.as_str();
        }
        if depth == 0 || rest.is_empty() {
            return rest;
        }
    }
}

/// What follows the closing quote of a text that has begun.
fn after_text(text: &str) -> &str {
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '"' => break,
            '\\' => drop(chars.next()),
            _ => (),
        }
    }
    chars.as_str()
}

/// What follows `r"…"`, `r#"…"#` and the like, if one stands here.
fn after_raw_text(text: &str) -> Option<&str> {
    let raw =
        text.strip_prefix("br").or_else(|| text.strip_prefix("cr")).or_else(|| text.strip_prefix('r'))?;
    let body = raw.trim_start_matches('#');
    let hashes = raw.strip_suffix(body)?;
    let body = body.strip_prefix('"')?;
    Some(body.split_once(&format!("\"{hashes}")).map_or("", |(_, rest)| rest))
}

/// What follows a character or the name of a lifetime, whose quote has been read.
fn after_quote(text: &str) -> &str {
    let mut chars = text.chars();
    match (chars.next(), chars.clone().next()) {
        (Some('\\'), Some(_)) => {
            chars.next();
            chars.as_str().split_once('\'').map_or("", |(_, rest)| rest)
        }
        (Some(_), Some('\'')) => {
            chars.next();
            chars.as_str()
        }
        _ => text.trim_start_matches(is_word_part),
    }
}

/// Reads `text` as the module `place`, and returns what it names of ours.
fn ours(place: &str, text: &str) -> Vec<String> {
    let module = place.split("::").filter(|part| !part.is_empty()).map(str::to_owned).collect();
    Source::read(module, text).ours.into_iter().map(|name| name.first).collect()
}

#[test]
fn every_way_of_naming_a_module_is_seen() {
    let check = |place, text, expected: &[&str]| assert_eq!(ours(place, text), expected, "{place}: {text}");
    check("desk", "use crate::store;", &["store"]);
    check("desk", "use crate::store::{inbox, rows::Row as R};", &["store", "store"]);
    check(
        "desk",
        "use crate::{clock, store::{self, inbox::{A, B}}, mail as m,};",
        &["clock", "store", "store", "store", "mail"],
    );
    check("desk", "use\n  crate :: { r#imap , };", &["imap"]);
    check(
        "desk",
        "pub(in crate::desk) fn f() { crate::imap::open::<crate::smtp::X>() }",
        &["desk", "imap", "smtp"],
    );
    check(
        "desk",
        "let x: Vec<crate::config::Part> = $crate::templates::render!();",
        &["config", "templates"],
    );
    check(
        "mail::reply",
        "use super::inbound; use super::super::store; use self::x::Y;",
        &["mail", "store", "mail"],
    );
    check(
        "mail::reply",
        "mod inner { use super::super::inbound; use super::super::super::imap; } use super::fate;",
        &["mail", "imap", "mail"],
    );
    check("imap", "use super::{store, smtp::X};", &["store", "smtp"]);
    check("imap", "use super::*; use crate::*; use crate as all; use crate::{self};", &["*", "*", "*", "*"]);
    check("main", "use redress::{cli, daemon}; fn main() { redress::cli::run() }", &["cli", "daemon", "cli"]);
    check("cli::run", "fn f() { redress::daemon() }", &[]);
    check("imap", "fn f() { a.b::<super::store::X>(); <T as crate::smtp::Y>::z() }", &["store", "smtp"]);
}

#[test]
fn comments_texts_and_tests_name_nothing() {
    let check = |text, expected: &[&str]| assert_eq!(ours("desk", text), expected, "{text}");
    check("// crate::store\n/* crate::store /* crate::imap */ */ use crate::mail;", &["mail"]);
    check("//! [`crate::store`]\n/// crate::imap", &[]);
    check(
        r##"f("crate::store \\" \" crate::imap", r#"" crate::a"#, b"crate::b", br"crate::c"); crate::mail::x()"##,
        &["mail"],
    );
    check(r"let q: &'static str = f('\'', '{', 'x', b'\\', '\u{7b}'); crate::mail::x()", &["mail"]);
    check("#[cfg(test)] mod tests { use crate::store; fn f() { {} } } use crate::mail;", &["mail"]);
    check("#[cfg(test)]\n#[path = \"x\"]\npub(crate) mod tests;\nuse crate::mail;", &["mail"]);
    check("#[cfg(all(test, unix))] use crate::store; use crate::mail;", &["mail"]);
    check("#[cfg(not(test))] use crate::store;", &["store"]);
    check("enum E { #[cfg(test)] A(crate::store::X), B(crate::mail::Y) }", &["mail"]);
}

#[test]
fn a_module_for_tests_is_known_by_its_place() {
    let source = Source::read(vec!["mail".into(), "reply".into()], "#[cfg(test)] mod tests; mod other;");
    assert_eq!(source.test_modules, [["mail", "reply", "tests"]]);
}

#[test]
fn crates_of_others_are_seen_with_their_lines() {
    let source = Source::read(
        vec!["desk".into()],
        "use anyhow;\nuse ::tokio::time;\n#[tokio::main] fn f() {}\nlet x = lettre::Address::new();",
    );
    let found: Vec<(usize, &str)> =
        source.crates.iter().map(|name| (name.line, name.first.as_str())).collect();
    assert_eq!(found, [(1, "anyhow"), (2, "tokio"), (3, "tokio"), (4, "lettre")]);
}

#[test]
fn a_file_is_the_module_of_its_place() {
    let check = |file: &str, module: &str| assert_eq!(module_of(Path::new(file)).join("::"), module);
    check("lib.rs", "");
    check("main.rs", "main");
    check("imap.rs", "imap");
    check("mail/mod.rs", "mail");
    check("cli/demo/servers.rs", "cli::demo::servers");
}
