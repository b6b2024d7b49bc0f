//! What a subcommand lists: a table for people, or its rows as JSON for programs.
use std::fmt;

use serde::Serialize;

use super::{opened::Words, table::Table};

/// Something of which one row is one.
pub trait Listed: Serialize {
    /// What is said where there is none.
    const NONE: &str;

    /// The columns of the table.
    fn columns() -> Table;

    /// Its cells, one for each column.
    fn cells(&self, words: &Words) -> Vec<String>;
}

/// Rows to be printed.
#[derive(Debug, Serialize)]
#[serde(transparent)]
pub struct Listing<R> {
    rows: Vec<R>,
    #[serde(skip)]
    words: Words,
}

impl<R: Listed> Listing<R> {
    /// Rows with the numbers and moments of this desk.
    pub fn of(words: &Words, rows: Vec<R>) -> Self {
        Self { rows, words: words.clone() }
    }
}

impl<R: Listed> fmt::Display for Listing<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.rows.is_empty() {
            return f.write_str(R::NONE);
        }
        let mut table = R::columns();
        for row in &self.rows {
            table.row(row.cells(&self.words));
        }
        write!(f, "{table}")
    }
}
