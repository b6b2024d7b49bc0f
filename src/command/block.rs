//! The block of command lines at the top of an agent's mail, and the text below it.
use std::ops::Range;

use super::{Command, CommandError, Effect, Spec, Takes, Times, find, suggest, words};
use crate::domain::letter::TranscriptLine;

/// Characters of a command line.
const MAX_LINE_CHARS: usize = 300;
/// Command lines in one mail.
const MAX_LINES: usize = 40;
/// Characters of a line that an example repeats.
const MAX_SHOWN_CHARS: usize = 40;

/// An agent's new text, taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parsed {
    /// The command lines, in order.
    pub lines: Vec<Line>,
    /// The text below them, `##` at the start of a line undone, without outer blank lines.
    pub body: String,
    /// Lines of the text below that are written like commands. They are text; whoever wrote them may think
    /// otherwise, and may not want the customer to read them.
    pub strays: Vec<String>,
}

/// One line of the block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The line, cleaned of what cannot be seen.
    pub text: String,
    /// What it asks for, or what is wrong with it.
    pub result: Result<Command, CommandError>,
}

impl Parsed {
    /// The commands with what was typed, or, if a line is wrong, the transcript that says so: then none may run.
    ///
    /// # Errors
    /// The transcript of all lines.
    pub fn commands(&self) -> Result<Vec<(String, Command)>, Vec<TranscriptLine>> {
        let understood = self.lines.iter().map(|line| Some((line.text.clone(), line.result.clone().ok()?)));
        understood.collect::<Option<Vec<_>>>().ok_or_else(|| self.lines.iter().map(Line::not_run).collect())
    }

    /// The transcript of a mail in which a command stands below the first ordinary line: nothing runs, and nothing
    /// is sent, since the customer would read the command.
    pub fn stray_lines(&self) -> Vec<TranscriptLine> {
        let strays = self.strays.iter().map(|stray| {
            let error = CommandError {
                caret: 0..stray.chars().count(),
                what: "this stands below your text, where it is no command but would be read by the customer"
                    .to_owned(),
                expected: "commands at the very top, before the first other line; or ## where your text \
                           itself has a line that begins with #"
                    .to_owned(),
                example: stray.clone(),
                did_you_mean: None,
            };
            error.transcript(stray)
        });
        self.lines.iter().map(Line::not_run).chain(strays).collect()
    }

    /// Whether there are commands and all of them only tell something, so that a fresh mail may ask for them.
    pub fn only_reads(&self) -> bool {
        let reads = |line: &Line| {
            line.result.as_ref().is_ok_and(|command| super::spec_of(command).effect == Effect::Reads)
        };
        !self.lines.is_empty() && self.lines.iter().all(reads)
    }

    /// Whether a line asks for something that is about no dispute.
    pub fn asks_outside(&self) -> bool {
        let outside =
            |line: &Line| line.result.as_ref().is_ok_and(|command| super::spec_of(command).is_outside());
        self.lines.iter().any(outside)
    }
}

impl Line {
    /// As a line of a transcript of which nothing ran.
    pub fn not_run(&self) -> TranscriptLine {
        match &self.result {
            Err(error) => error.transcript(&self.text),
            Ok(_) => TranscriptLine {
                line: self.text.clone(),
                note: super::answer::NOT_RUN.to_owned(),
                problem: None,
            },
        }
    }
}

/// How many lines at the top are searched for a command in disguise.
const TOP: usize = 4;
/// What may stand around a command that a mail program has made bold, quoted or put in a list.
const DISGUISE: &[char] = &[
    '>', '*', '-', '•', '"', '\'', '“', '”', '„', '«', '»', '[', '(', '{', '_', '~', '`', ' ', '\t', '\u{a0}',
];
/// Sentences of our own mail that no agent writes: whoever sends them sends the whole of an uncut quote.
const OURS: &[&str] = &["Your reply goes to the customer.", "Your reply stays inside."];

/// Commands in disguise at the top of an agent's mail (`text`, before quotes are cut) and among the first words that
/// would leave (`body`), and sentences of our own mail in those words. Sending them would tell the customer what was to stay
/// inside; the transcript asks the agent instead.
pub fn hidden(text: &str, body: &str) -> Vec<TranscriptLine> {
    let lines = |text| str::lines(text).map(str::trim).filter(|line: &&str| !line.is_empty());
    // A command at the very top that was taken for a quote and cut; below it, quotes are our own mail.
    let cut = lines(text).take(1).filter(|line| line.starts_with('>') && !body.starts_with(*line));
    // A line that begins with a number sign was written with two: it is meant as text.
    let top = lines(body).take(TOP).filter(|line| !line.starts_with('#'));
    let disguised = cut.chain(top).filter(|line| is_disguised(line)).map(|line| {
        let error = CommandError {
            caret: 0..line.chars().count(),
            what: "this looks like a command, but something stands before it".to_owned(),
            expected: "the command alone at the beginning of its line, at the very top".to_owned(),
            example: "#note".to_owned(),
            did_you_mean: None,
        };
        error.transcript(line)
    });
    let ours = OURS.iter().filter(|sentence| body.contains(**sentence)).map(|sentence| {
        let error = CommandError {
            caret: 0..sentence.chars().count(),
            what: "this is a sentence of our own mail, so the quote below your text was not recognised"
                .to_owned(),
            expected: "your text without our mail below it".to_owned(),
            example: "Dear Ada, ...".to_owned(),
            did_you_mean: None,
        };
        error.transcript(sentence)
    });
    disguised.chain(ours).collect()
}

fn is_disguised(line: &str) -> bool {
    let plain = line.replace(['♯', '＃'], "#");
    let named = |rest: &str| {
        let word: String = rest.chars().take_while(|c| c.is_alphanumeric() || *c == '-').collect();
        super::find(&word).is_some()
    };
    let bare = plain.trim_start_matches(DISGUISE);
    bare.strip_prefix('#').is_some_and(named)
        || plain.split_once("#note").is_some_and(|(_, rest)| !rest.starts_with(char::is_alphanumeric))
}

/// The transcript line of an attachment that no relay would take.
pub fn too_large(name: &str) -> TranscriptLine {
    let error = CommandError {
        caret: 0..name.chars().count(),
        what: "this attachment is too large, or one too many, to be sent".to_owned(),
        expected: "at most 20 attachments with 8 MiB together".to_owned(),
        example: "a smaller file, or several mails".to_owned(),
        did_you_mean: None,
    };
    error.transcript(name)
}

/// Reads an agent's new text (quotes and signature cut).
pub fn parse(new_text: &str) -> Parsed {
    let text = new_text.replace("\r\n", "\n").replace('\r', "\n");
    let mut lines: Vec<Line> = Vec::new();
    let mut rest = text.split('\n').peekable();
    while let Some(next) = rest.peek() {
        let clean = words::clean(next);
        if !clean.is_empty() {
            if !is_command(&clean) {
                break;
            }
            if lines.len() == MAX_LINES {
                lines.push(too_many(&clean));
                break;
            }
            lines.push(read(&clean, &lines));
        }
        rest.next();
    }
    let below: Vec<&str> = rest.collect();
    let strays = below.iter().map(|line| words::clean(line)).filter(|line| is_stray(line)).collect();
    let body: Vec<String> = below.iter().map(|line| unescaped(line)).collect();
    Parsed { lines, body: without_outer_blank_lines(&body), strays }
}

fn is_command(clean: &str) -> bool {
    clean.starts_with('#') && !clean.starts_with("##")
}

fn is_stray(clean: &str) -> bool {
    is_command(clean) && find(&name(clean).0).is_some()
}

fn unescaped(line: &str) -> String {
    if words::clean(line).starts_with("##") {
        line.replacen(['#', '\u{ff03}'], "", 1)
    } else {
        line.to_owned()
    }
}

fn without_outer_blank_lines(lines: &[String]) -> String {
    let blank = |line: &&String| line.trim().is_empty();
    let leading = lines.iter().take_while(blank).count();
    let kept: Vec<&str> = lines.iter().skip(leading).map(String::as_str).collect();
    kept.join("\n").trim_end().to_owned()
}

/// The name of a command line, without what a keyboard may have put behind it, and where it stands.
fn name(clean: &str) -> (String, Range<usize>) {
    let blanks = clean.chars().skip(1).take_while(|c| *c == ' ').count();
    let written: String = clean.chars().skip(1 + blanks).take_while(|c| *c != ' ').collect();
    let end = 1 + blanks + written.chars().count();
    (written.trim_end_matches(['.', ',', '!', ';', ':']).to_lowercase(), 1 + blanks..end)
}

fn read(clean: &str, earlier: &[Line]) -> Line {
    let text: String = clean.chars().take(MAX_LINE_CHARS).collect();
    let result = if text.len() == clean.len() { understand(&text, earlier) } else { Err(too_long()) };
    Line { text, result }
}

fn understand(text: &str, earlier: &[Line]) -> Result<Command, CommandError> {
    let (name, range) = name(text);
    let spec = find(&name).ok_or_else(|| unknown(text, &name, &range))?;
    let arguments = words::split(text, range.end).map_err(|caret| CommandError {
        caret,
        what: "this quote is never closed".to_owned(),
        expected: "a second quote on the same line".to_owned(),
        example: spec.example.to_owned(),
        did_you_mean: None,
    })?;
    check_count(spec, &arguments)?;
    let command = (spec.parse)(&arguments)?;
    let again = |line: &Line| line.result.as_ref().is_ok_and(|said| super::spec_of(said) == spec);
    if spec.times == Times::Once && earlier.iter().any(again) {
        return Err(CommandError {
            caret: 0..text.chars().count(),
            what: format!("#{} stands here twice", spec.name),
            expected: "each command once in a mail".to_owned(),
            example: spec.example.to_owned(),
            did_you_mean: None,
        });
    }
    Ok(command)
}

fn check_count(spec: &Spec, arguments: &words::Arguments) -> Result<(), CommandError> {
    let (what, expected) = match (spec.takes, arguments.words.is_empty()) {
        (Takes::Nothing, false) => (
            format!("#{} stands alone on its line", spec.name),
            "nothing more on this line; what you want to say goes below the commands",
        ),
        (Takes::Required(expected), true) => (format!("#{} needs more than its name", spec.name), expected),
        _ => return Ok(()),
    };
    Err(CommandError {
        caret: arguments.range(),
        what,
        expected: expected.to_owned(),
        example: spec.example.to_owned(),
        did_you_mean: None,
    })
}

/// An unknown command may be a slip, or the first word of a letter that begins with a number sign.
fn unknown(text: &str, name: &str, range: &Range<usize>) -> CommandError {
    let names = super::COMMANDS.iter().flat_map(|spec| spec.names());
    let meant = suggest::nearest(name, names).and_then(find);
    let shown: String = text.chars().skip(1).take(MAX_SHOWN_CHARS).collect();
    let what =
        if name.is_empty() { "there is no command".to_owned() } else { format!("#{name} is no command") };
    CommandError {
        caret: 0..range.end,
        what,
        expected: "one of the commands (#help lists them), or ## where the text itself begins with #"
            .to_owned(),
        example: meant.map_or_else(|| format!("##{shown}"), |spec| spec.example.to_owned()),
        did_you_mean: meant.map(|spec| format!("#{}", spec.name)),
    }
}

fn too_long() -> CommandError {
    CommandError {
        caret: 0..1,
        what: "this line is too long for a command".to_owned(),
        expected: format!("at most {MAX_LINE_CHARS} characters, or ## where the text itself begins with #"),
        example: super::work::PROMISE.example.to_owned(),
        did_you_mean: None,
    }
}

fn too_many(clean: &str) -> Line {
    let error = CommandError {
        caret: 0..1,
        what: "there are too many commands".to_owned(),
        expected: format!("at most {MAX_LINES} in one mail"),
        example: super::work::PROMISE.example.to_owned(),
        did_you_mean: None,
    };
    Line { text: clean.chars().take(MAX_LINE_CHARS).collect(), result: Err(error) }
}
