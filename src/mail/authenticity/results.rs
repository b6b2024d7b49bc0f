//! The grammar of `Authentication-Results` (RFC 8601 §2.2): comments, quoted strings, versions, several results.

use super::Results;

/// Reads one field; `None` where it does not begin with the plain name of a server.
///
/// The grammar also allows the name in quotes and behind comments. None of our servers writes it so, and a server that
/// removes forged fields that bear its name may not know it when it is dressed up.
pub(super) fn parse(value: &str) -> Option<Results> {
    let tokens = tokens(value);
    let mut statements = tokens.split(|token| *token == Token::End);
    let authserv_id = match statements.next()?.first()? {
        Token::Word(word) => word.clone(),
        _ => return None,
    };
    let plain = value.trim_start().split(|c: char| c.is_whitespace() || matches!(c, ';' | '(')).next();
    if plain != Some(authserv_id.as_str()) {
        return None;
    }
    let mut found = Results { authserv_id, ..Results::default() };
    for statement in statements {
        if let Some(result) = Statement::of(statement) {
            found.note(&result);
        }
    }
    Some(found)
}

impl Results {
    fn note(&mut self, said: &Statement) {
        let slot = match said.method.as_str() {
            "dmarc" => &mut self.dmarc,
            "dkim" => &mut self.dkim,
            "spf" => &mut self.spf,
            _ => return,
        };
        // Only DKIM may have several: one a signature. Of two different answers to one question, none is believed.
        match slot {
            None => *slot = Some(said.result.clone()),
            Some(known) if *known == said.result => {}
            Some(_) if said.method == "dkim" => {
                if said.result == "pass" {
                    *slot = Some(said.result.clone());
                }
            }
            Some(_) => *slot = Some("permerror".to_owned()),
        }
        match said.method.as_str() {
            "dmarc" => self.header_from = said.domain(&["header.from"]).or_else(|| self.header_from.take()),
            "dkim" if said.result == "pass" => {
                self.dkim_domains.extend(said.domain(&["header.d", "header.i"]));
            }
            _ => {}
        }
    }
}

/// One result: `method[/version]=result property=value …`.
struct Statement {
    method: String,
    result: String,
    properties: Vec<(String, String)>,
}

impl Statement {
    fn of(tokens: &[Token]) -> Option<Self> {
        let mut pairs = Vec::new();
        let mut rest = tokens;
        while let Some((first, tail)) = rest.split_first() {
            rest = tail;
            if let (Token::Word(name), [Token::Equals, Token::Word(value), after @ ..]) = (first, tail) {
                pairs.push((name.to_ascii_lowercase(), value.to_ascii_lowercase()));
                rest = after;
            }
        }
        let mut pairs = pairs.into_iter();
        let (method, result) = pairs.next()?;
        // RFC 8601 §2.2: a version other than 1 is another method, which is not known here.
        let (method, version) = method.split_once('/').unwrap_or((&method, "1"));
        (version.trim() == "1").then(|| Self {
            method: method.trim().to_owned(),
            result,
            properties: pairs.collect(),
        })
    }

    /// The domain in the first of these properties that is there.
    fn domain(&self, names: &[&str]) -> Option<String> {
        let found = names.iter().find_map(|name| self.properties.iter().find(|(known, _)| known == name))?;
        let domain = found.1.rsplit('@').next().unwrap_or_default().trim_end_matches('.');
        (!domain.is_empty()).then(|| domain.to_owned())
    }
}

#[derive(Debug, PartialEq, Eq)]
enum Token {
    Word(String),
    Equals,
    End,
}

/// Words, quoted strings and marks; comments fall away, also nested ones.
fn tokens(value: &str) -> Vec<Token> {
    let mut found = Vec::new();
    let mut word = String::new();
    let mut depth = 0_usize;
    let mut chars = value.chars();
    while let Some(c) = chars.next() {
        match (c, depth) {
            ('\\', _) => {
                chars.next();
            }
            ('(', _) => depth += 1,
            (')', 1..) => depth -= 1,
            (_, 1..) => {}
            ('"', _) => word.push_str(&quoted(&mut chars)),
            ('=' | ';', _) => {
                end_word(&mut found, &mut word);
                found.push(if c == '=' { Token::Equals } else { Token::End });
            }
            (c, _) if c.is_whitespace() => end_word(&mut found, &mut word),
            (c, _) => word.push(c),
        }
    }
    end_word(&mut found, &mut word);
    found
}

fn end_word(found: &mut Vec<Token>, word: &mut String) {
    if !word.is_empty() {
        found.push(Token::Word(std::mem::take(word)));
    }
}

fn quoted(chars: &mut std::str::Chars) -> String {
    let mut text = String::new();
    while let Some(c) = chars.next() {
        match c {
            '\\' => text.extend(chars.next()),
            '"' => break,
            _ => text.push(c),
        }
    }
    text
}
