//! Renders letters: a typed `domain::letter` in, subject, plain text and HTML out.
//!
//! Letters are part of the program (`templates/<language>/<name>.{subject,txt,html}.hbs`) and can be replaced file
//! by file from a folder of the operator's. Everything is checked before it is used: syntax, every path against
//! the letter's sample, partials that include each other, words that are missing. An operator's letter that fails
//! all the same while the desk runs gives way to the program's own, which is told; no dispute is lost for it.
//!
//! Deliberately absent: no markup in words of customers or agents, no unescaped output, nothing remote in HTML, no
//! reading of files while the desk runs (to take changes up, load anew).
use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use chrono_tz::Tz;
use serde_json::Value;

use crate::domain::{
    decision::Reply,
    letter::{CustomerLetter, Letter, StaffLetter},
};

mod context;
mod embedded;
mod folder;
mod helpers;
mod inspect;
mod prose;
mod samples;
mod set;
#[cfg(test)]
mod tests;
mod words;

use set::Set;

/// The language in which every letter exists; it stands in for any other.
pub const DEFAULT_LANGUAGE: &str = "en";

/// The desk as letters name it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeskFacts {
    /// Its name as customers see it.
    pub name: String,
    /// Its one public address.
    pub address: String,
}

/// A letter ready to be made into a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendered {
    /// One line, at most 200 characters.
    pub subject: String,
    /// Plain text, lines ended by `\n`.
    pub text: String,
    /// A whole HTML document.
    pub html: String,
    /// Why the program's own letter stands here in place of the operator's; for the alarm.
    pub fell_back: Option<String>,
}

/// Something wrong with a template. Correct the file it names, or remove it to use the program's own.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{language}/{file}: {problem}")]
pub struct TemplateError {
    /// Language, which is also the folder.
    pub language: String,
    /// File below that folder.
    pub file: String,
    /// What is wrong with it.
    pub problem: Problem,
}

/// What can be wrong with a template.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// The file cannot be read.
    #[error("cannot be read: {0}")]
    Unreadable(String),
    /// The file is none of a letter, a partial or the words.
    #[error(
        "is neither a letter nor a partial (partials/NAME.txt.hbs, partials/NAME.html.hbs) nor words.toml"
    )]
    UnknownFile,
    /// A language lacks a file.
    #[error("is missing: a language needs every letter to customers in three parts, and words.toml")]
    Missing,
    /// It is not in the template language.
    #[error("{0}")]
    Syntax(String),
    /// It names a field that its letter has not.
    #[error("there is no field {0}")]
    UnknownField(String),
    /// It uses a helper that does not exist or is not let in.
    #[error("there is no helper {0}")]
    UnknownHelper(String),
    /// It includes a partial that does not exist.
    #[error("there is no partial {0}")]
    UnknownPartial(String),
    /// A partial that includes itself, directly or by others.
    #[error("the partial includes itself, directly or by others")]
    Cycle,
    /// A part of the template language that cannot be checked.
    #[error("not allowed: {0}")]
    Forbidden(&'static str),
    /// The words of a language are incomplete or wrong.
    #[error("{0}")]
    Words(String),
    /// It cannot be rendered with a letter that can occur.
    #[error("cannot be rendered: {0}")]
    Render(String),
    /// The rendered subject has more than one line.
    #[error("the subject has more than one line")]
    SubjectOfSeveralLines,
    /// The rendered subject is empty.
    #[error("the subject is empty")]
    EmptySubject,
}

/// Every letter in every language, checked. Built once and shared; to take up changed files build another.
pub struct Templates {
    desk: DeskFacts,
    /// The program's own.
    own: BTreeMap<String, Set>,
    /// With the operator's files; only the languages in which there are any.
    operators: BTreeMap<String, Set>,
}

impl std::fmt::Debug for Templates {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Templates").field("languages", &self.languages()).finish_non_exhaustive()
    }
}

impl Templates {
    /// The program's own letters. Dates are written in `zone`.
    ///
    /// # Panics
    /// Never: a test builds and renders each of these letters.
    pub fn embedded(zone: Tz, desk: DeskFacts) -> Templates {
        let own = embedded::LANGUAGES.iter().map(|language| {
            let set = Set::embedded(language, zone).expect("a test renders each letter of the program");
            (language.name.to_owned(), set)
        });
        Templates { desk, own: own.collect(), operators: BTreeMap::new() }
    }

    /// The program's own letters, and over them the operator's files in `folder`, laid out as `templates/` of the
    /// source is: `<language>/<name>.{subject,txt,html}.hbs`, `<language>/partials/…`, `<language>/words.toml`. A
    /// language that the program lacks needs every letter to customers. All errors are reported at once.
    pub fn load(folder: Option<&Path>, zone: Tz, desk: DeskFacts) -> Result<Templates, Vec<TemplateError>> {
        let mut templates = Templates::embedded(zone, desk);
        let Some(folder) = folder else { return Ok(templates) };
        let mut errors = Vec::new();
        for (language, files) in folder::read(folder, &mut errors) {
            match Set::overlaid(&language, &files, zone) {
                Ok(set) => {
                    errors.extend(check_set(&language, &set));
                    templates.operators.insert(language, set);
                }
                Err(wrong) => errors.extend(wrong),
            }
        }
        if errors.is_empty() { Ok(templates) } else { Err(errors) }
    }

    /// The languages in which customers can be written to.
    pub fn languages(&self) -> BTreeSet<&str> {
        self.own.keys().chain(self.operators.keys()).map(String::as_str).collect()
    }

    /// The words that letters in `language` tell a customer to write alone on the first line, by what they mean:
    /// `status`, `withdraw`, `yes`, `no`. The command table must understand each.
    pub fn reply_words(&self, language: &str) -> BTreeMap<String, String> {
        self.sets(language, CustomerLetter::NAMES.first().copied().unwrap_or_default())
            .next()
            .map(|(_, set)| set.reply_words())
            .unwrap_or_default()
    }

    /// Renders `letter` in `language`, or in [`DEFAULT_LANGUAGE`] where it does not exist in it. Letters to staff say
    /// in their first line what `reply` does. The operator's
    /// letter gives way to the program's own when it fails, and [`Rendered::fell_back`] says why. An error means
    /// that the program's own failed as well, which no letter that a test knows does.
    pub fn render(&self, letter: &Letter, language: &str, reply: Reply) -> Result<Rendered, TemplateError> {
        let name = letter.name();
        let failed = |language: &str, problem| TemplateError {
            language: language.to_owned(),
            file: name.to_owned(),
            problem,
        };
        let data = context::of(letter, &self.desk, reply)
            .map_err(|error| failed(language, Problem::Render(error.to_string())))?;
        let mut fell_back: Option<TemplateError> = None;
        for (language, set) in self.sets(language, name) {
            match set.render(name, &data) {
                Ok(rendered) => {
                    return Ok(Rendered { fell_back: fell_back.map(|error| error.to_string()), ..rendered });
                }
                Err(problem) => fell_back = fell_back.or(Some(failed(language, problem))),
            }
        }
        Err(fell_back.unwrap_or_else(|| failed(language, Problem::Missing)))
    }

    /// Renders every letter in every language with its sample and all variations of it: each word, each optional
    /// field absent, each list empty. Takes some hundred milliseconds.
    pub fn check(&self) -> Vec<TemplateError> {
        let sets = self.own.iter().chain(&self.operators);
        sets.flat_map(|(language, set)| check_set(language, set)).collect()
    }

    /// The sets to try for a letter, best first.
    fn sets<'a>(&'a self, wanted: &'a str, letter: &'a str) -> impl Iterator<Item = (&'a str, &'a Set)> {
        let short = wanted.split(['-', '_']).next().unwrap_or(wanted);
        let mut languages = vec![wanted, short, DEFAULT_LANGUAGE];
        languages.dedup();
        languages
            .into_iter()
            .flat_map(|language| {
                let sets = [self.operators.get(language), self.own.get(language)];
                sets.into_iter().flatten().map(move |set| (language, set))
            })
            .filter(move |(_, set)| set.has(letter))
    }
}

/// What fails in one language's letters: the first failure of each.
fn check_set(language: &str, set: &Set) -> Vec<TemplateError> {
    let mut errors = Vec::new();
    for (letter, sample) in sample_data().iter().filter(|(letter, _)| set.has(letter)) {
        let variations = samples::variations(letter, sample);
        let failed = variations.iter().find_map(|data| set.render(letter, data).err());
        errors.extend(failed.map(|problem| TemplateError {
            language: language.to_owned(),
            file: (*letter).to_owned(),
            problem,
        }));
    }
    errors
}

/// One sample of every letter.
fn samples() -> Vec<Letter> {
    let customers = CustomerLetter::samples().into_iter().map(Letter::from);
    customers.chain(StaffLetter::samples().into_iter().map(Letter::from)).collect()
}

/// A rendered subject as one line; an error where it is none.
fn subject_line(rendered: &str) -> Result<String, Problem> {
    let line = rendered.strip_suffix('\n').unwrap_or(rendered);
    if line.contains(['\r', '\n']) {
        return Err(Problem::SubjectOfSeveralLines);
    }
    let line = context::shorten(&context::one_line(line), SUBJECT_MAX);
    if line.is_empty() { Err(Problem::EmptySubject) } else { Ok(line) }
}

/// The longest subject, in characters.
const SUBJECT_MAX: usize = 200;

/// What the template of each letter sees in its sample, by the letter's name.
fn sample_data() -> BTreeMap<&'static str, Value> {
    let desk = DeskFacts { name: "Desk".into(), address: "desk@example.test".into() };
    let data = |letter: Letter| Some((letter.name(), context::of(&letter, &desk, Reply::ToCustomer).ok()?));
    samples().into_iter().filter_map(data).collect()
}
