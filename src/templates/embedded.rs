//! The letters that are part of the program, from the folder `templates/` of the source.

/// A template file: its path below its language's folder without `.hbs`, and its text.
pub(super) type File = (&'static str, &'static str);

/// A language: its name, its `words.toml` and its files.
pub(super) struct Language {
    /// Its name, such as `en`.
    pub name: &'static str,
    /// Text of its `words.toml`.
    pub words: &'static str,
    /// Its templates and partials.
    pub files: &'static [File],
}

macro_rules! file {
    ($language:literal, $path:expr) => {
        ($path, include_str!(concat!("../../templates/", $language, "/", $path, ".hbs")))
    };
}

/// A language with the partials and letters named; each letter has three files, each partial two.
macro_rules! language {
    ($language:literal, layout: $layout:literal, partials: [$($partial:literal),* $(,)?], letters: [$($letter:literal),* $(,)?]) => {
        Language {
            name: $language,
            words: include_str!(concat!("../../templates/", $language, "/words.toml")),
            files: &[
                file!($language, concat!("partials/", $layout, ".html")),
                $(file!($language, concat!("partials/", $partial, ".txt")),
                  file!($language, concat!("partials/", $partial, ".html")),)*
                $(file!($language, concat!($letter, ".subject")),
                  file!($language, concat!($letter, ".txt")),
                  file!($language, concat!($letter, ".html")),)*
            ],
        }
    };
}

/// Every language; the first is the one in which everything exists.
pub(super) const LANGUAGES: &[Language] = &[
    language!(
        "en",
        layout: "layout",
        partials: [
            "greeting", "signature", "signature-agent", "next", "reply", "reopen", "yes-or-no", "one-to-five",
            "rights", "understood", "closing", "goes", "card", "commands",
        ],
        letters: [
            "acknowledgement", "acknowledgement-plain", "acknowledgement-late", "answer", "status", "next-word",
            "holding", "reminder", "last-notice", "closed-unconfirmed", "resolution", "ask-back", "confirmed",
            "reopened", "withdrawn", "closed", "survey", "survey-thanks",
            "notification", "transcript", "promise-reminder", "promise-broken", "digest", "suspects", "review",
            "reply-here",
            "impostor", "alarm",
        ]
    ),
    language!(
        "de",
        layout: "layout",
        partials: [
            "greeting", "signature", "signature-agent", "next", "reply", "reopen", "yes-or-no", "one-to-five",
            "rights", "understood", "closing",
        ],
        letters: [
            "acknowledgement", "acknowledgement-plain", "acknowledgement-late", "answer", "status", "next-word",
            "holding", "reminder", "last-notice", "closed-unconfirmed", "resolution", "ask-back", "confirmed",
            "reopened", "withdrawn", "closed", "survey", "survey-thanks",
        ]
    ),
];
