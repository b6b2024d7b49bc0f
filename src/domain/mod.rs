//! The dispute and its rules as plain values.
//!
//! Nothing here knows a database, a clock, a network or a template; everything that varies is an argument.
//! The words are those of the glossary: dispute, stage, level, promise, party.

/// Declares an enum whose variants have one stable word each, used in rows, JSON and configuration.
/// An unknown word is an error, never a default.
macro_rules! worded {
    ($(#[$meta:meta])* pub enum $name:ident { $($(#[$vmeta:meta])* $variant:ident = $word:literal,)+ }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum $name { $($(#[$vmeta])* $variant,)+ }

        impl $name {
            /// Every value, in declaration order.
            pub const ALL: &[$name] = &[$($name::$variant),+];

            /// The stable word of this value.
            pub const fn word(self) -> &'static str {
                match self { $($name::$variant => $word),+ }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.word())
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::domain::UnknownWord;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Self::ALL.iter().copied().find(|value| value.word() == text).ok_or_else(|| {
                    $crate::domain::UnknownWord { kind: stringify!($name), found: text.to_owned() }
                })
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.word())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}

pub mod calendar;
pub mod decision;
pub mod dispute;
pub mod letter;
pub mod party;
pub mod policy;

/// A moment in UTC, microseconds at most, as the store keeps it.
pub type Timestamp = chrono::DateTime<chrono::Utc>;

/// A word that stands for no value of the enum it was read as.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("\u{201c}{found}\u{201d} is no {kind}")]
pub struct UnknownWord {
    /// The enum that was expected.
    pub kind: &'static str,
    /// The text that was found.
    pub found: String,
}
