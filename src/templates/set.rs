//! One language's letters, compiled and checked, ready to render.
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use chrono_tz::Tz;
use handlebars::{Handlebars, Template};
use serde_json::Value;

use super::{
    DEFAULT_LANGUAGE, Problem, Rendered, TemplateError, context, embedded,
    folder::{Files, PARTS, WORDS},
    helpers::{Medium, Tongue, registry},
    inspect::{self, Partials},
    prose, sample_data, subject_line,
    words::{Audience, SAY, UNTITLED, Words},
};
use crate::domain::letter::{CustomerLetter, StaffLetter};

/// One language's letters.
pub(super) struct Set {
    tongue: Arc<Tongue>,
    text: Handlebars<'static>,
    html: Handlebars<'static>,
    letters: BTreeSet<&'static str>,
}

impl Set {
    /// The program's own letters in a language.
    pub(super) fn embedded(language: &embedded::Language, zone: Tz) -> Result<Set, Vec<TemplateError>> {
        Set::build(language.name, &[language.words], &files_of(language), zone)
    }

    /// The program's own letters in a language, if it has any, with `files` over them.
    pub(super) fn overlaid(language: &str, files: &Files, zone: Tz) -> Result<Set, Vec<TemplateError>> {
        let own = embedded::LANGUAGES.iter().find(|own| own.name == language);
        let mut all = own.map(files_of).unwrap_or_default();
        all.extend(files.iter().map(|(file, text)| (file.clone(), text.clone())));
        let words: Vec<&str> =
            own.map(|own| own.words).into_iter().chain(files.get(WORDS).map(String::as_str)).collect();
        Set::build(language, &words, &all, zone)
    }

    fn build(language: &str, words: &[&str], files: &Files, zone: Tz) -> Result<Set, Vec<TemplateError>> {
        let wrong = |file: &str, problem| TemplateError {
            language: language.to_owned(),
            file: file.to_owned(),
            problem,
        };
        let audiences: &[Audience] = if language == DEFAULT_LANGUAGE {
            &[Audience::Customers, Audience::Staff]
        } else {
            &[Audience::Customers]
        };
        let words = if words.is_empty() {
            Err(vec![wrong(WORDS, Problem::Missing)])
        } else {
            Words::parse(words, audiences).map_err(|error| vec![wrong(WORDS, Problem::Words(error))])
        }?;
        let mut errors: Vec<TemplateError> = CustomerLetter::NAMES
            .iter()
            .flat_map(|letter| PARTS.iter().map(move |part| format!("{letter}.{part}")))
            .filter(|file| !files.contains_key(file))
            .map(|file| wrong(&format!("{file}.hbs"), Problem::Missing))
            .collect();

        let tongue = Arc::new(Tongue { words, zone });
        let mut text = Compiled::new(Medium::Text);
        let mut html = Compiled::new(Medium::Html);
        for (file, source) in files.iter().filter(|(file, _)| *file != WORDS) {
            let compiled = if medium_of(file) == Medium::Html { &mut html } else { &mut text };
            if let Err(problem) = compiled.add(file, source) {
                errors.push(wrong(&format!("{file}.hbs"), problem));
            }
        }
        let samples = sample_data();
        for compiled in [&text, &html] {
            errors.extend(
                compiled
                    .faults(&samples)
                    .into_iter()
                    .map(|(file, problem)| wrong(&format!("{file}.hbs"), problem)),
            );
        }
        if !errors.is_empty() {
            return Err(errors);
        }
        let letters = CustomerLetter::NAMES
            .iter()
            .chain(StaffLetter::NAMES)
            .filter(|letter| PARTS.iter().all(|part| files.contains_key(&format!("{letter}.{part}"))));
        Ok(Set {
            text: text.registry(&tongue),
            html: html.registry(&tongue),
            letters: letters.copied().collect(),
            tongue,
        })
    }

    /// Whether the letter exists in this language.
    pub(super) fn has(&self, letter: &str) -> bool {
        self.letters.contains(letter)
    }

    /// The words to be written alone on the first line of a reply.
    pub(super) fn reply_words(&self) -> BTreeMap<String, String> {
        self.tongue.words.table(SAY)
    }

    /// Renders a letter with what its template sees.
    pub(super) fn render(&self, letter: &str, data: &Value) -> Result<Rendered, Problem> {
        let untitled = self.tongue.words.word(UNTITLED, "subject").unwrap_or_default();
        let data = &context::titled(data, untitled);
        let part = |registry: &Handlebars<'static>, part: &str| {
            registry
                .render(&format!("{letter}.{part}"), data)
                .map_err(|error| Problem::Render(error.to_string()))
        };
        Ok(Rendered {
            subject: subject_line(&part(&self.text, "subject")?)?,
            text: prose::fill(&part(&self.text, "txt")?),
            html: part(&self.html, "html")?,
            fell_back: None,
        })
    }
}

fn files_of(language: &embedded::Language) -> Files {
    language.files.iter().map(|(file, text)| ((*file).to_owned(), (*text).to_owned())).collect()
}

fn medium_of(file: &str) -> Medium {
    if file.rsplit_once('.').is_some_and(|(_, part)| part == "html") { Medium::Html } else { Medium::Text }
}

/// The compiled templates of one medium.
struct Compiled {
    medium: Medium,
    letters: BTreeMap<String, Template>,
    partials: Partials,
}

impl Compiled {
    fn new(medium: Medium) -> Compiled {
        Compiled { medium, letters: BTreeMap::new(), partials: Partials::new() }
    }

    fn add(&mut self, file: &str, source: &str) -> Result<(), Problem> {
        let template = Template::compile_with_name(source, file.to_owned())
            .map_err(|error| Problem::Syntax(error.to_string()))?;
        match file.strip_prefix("partials/").and_then(|partial| partial.rsplit_once('.')) {
            Some((name, _)) => self.partials.insert(name.to_owned(), template),
            None => self.letters.insert(file.to_owned(), template),
        };
        Ok(())
    }

    /// What is wrong with each file.
    fn faults(&self, samples: &BTreeMap<&str, Value>) -> Vec<(String, Problem)> {
        let suffix = if self.medium == Medium::Html { "html" } else { "txt" };
        let cycles = inspect::cycles(&self.partials);
        if !cycles.is_empty() {
            let named = |name: String| (format!("partials/{name}.{suffix}"), Problem::Cycle);
            return cycles.into_iter().map(named).collect();
        }
        let mut found = Vec::new();
        for (file, template) in &self.letters {
            let letter = file.rsplit_once('.').map_or(file.as_str(), |(letter, _)| letter);
            if let Some(sample) = samples.get(letter) {
                let faults = inspect::faults(template, sample, &self.partials);
                found.extend(faults.into_iter().map(|problem| (file.clone(), problem)));
            }
        }
        found
    }

    fn registry(self, tongue: &Arc<Tongue>) -> Handlebars<'static> {
        let mut registry = registry(self.medium, tongue);
        for (name, template) in self.letters.into_iter().chain(self.partials) {
            registry.register_template(&name, template);
        }
        registry
    }
}
