//! Aligned tables for the terminal.
//!
//! Widths are counted in characters, which is right for the scripts of Europe; wide characters make a row ragged,
//! nothing worse. Cells are made harmless on the way, since subjects and names are a stranger's words.
use std::fmt;

use anstyle::{Effects, Style};

use super::screen::harmless;

/// How a column is aligned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Align {
    /// Words.
    Left,
    /// Numbers.
    Right,
}

/// A table under a heading.
#[derive(Debug, Clone)]
pub struct Table {
    columns: Vec<Column>,
    rows: Vec<Vec<String>>,
}

#[derive(Debug, Clone)]
struct Column {
    title: String,
    align: Align,
    most: usize,
}

/// Between two columns.
const GAP: &str = "  ";

impl Table {
    /// An empty table without columns.
    pub fn new() -> Self {
        Self { columns: Vec::new(), rows: Vec::new() }
    }

    /// With one more column. Its cells are cut at `most` characters, the last of them then an ellipsis.
    #[must_use]
    pub fn column(mut self, title: &str, align: Align, most: usize) -> Self {
        self.columns.push(Column { title: title.to_owned(), align, most });
        self
    }

    /// Adds a row. Missing cells are empty, further ones are dropped.
    pub fn row<T: Into<String>>(&mut self, cells: impl IntoIterator<Item = T>) {
        let mut cells = cells.into_iter().map(Into::into);
        let row = self.columns.iter().map(|column| cut(&cells.next().unwrap_or_default(), column.most));
        self.rows.push(row.collect());
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    fn widths(&self) -> Vec<usize> {
        let cells = |at: usize| self.rows.iter().filter_map(move |row| row.get(at)).map(|cell| length(cell));
        let columns = self.columns.iter().enumerate();
        columns.map(|(at, column)| cells(at).max().unwrap_or(0).max(length(&column.title))).collect()
    }

    fn line<'a>(&self, cells: impl Iterator<Item = &'a str>, widths: &[usize]) -> String {
        let padded = cells.zip(&self.columns).zip(widths).map(|((cell, column), &width)| {
            let space = " ".repeat(width.saturating_sub(length(cell)));
            match column.align {
                Align::Left => format!("{cell}{space}"),
                Align::Right => format!("{space}{cell}"),
            }
        });
        let line = padded.collect::<Vec<_>>().join(GAP);
        line.trim_end().to_owned()
    }
}

impl Default for Table {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let widths = self.widths();
        let bold = Style::new().effects(Effects::BOLD);
        let titles = self.columns.iter().map(|column| column.title.as_str());
        writeln!(f, "{bold}{}{bold:#}", self.line(titles, &widths))?;
        for row in &self.rows {
            writeln!(f, "{}", self.line(row.iter().map(String::as_str), &widths))?;
        }
        Ok(())
    }
}

fn length(text: &str) -> usize {
    text.chars().count()
}

fn cut(text: &str, most: usize) -> String {
    let text = harmless(text);
    if length(&text) <= most {
        return text;
    }
    let mut cut: String = text.chars().take(most.saturating_sub(1)).collect();
    cut.push('…');
    cut
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(table: &Table) -> String {
        anstream::adapter::strip_str(&table.to_string()).to_string()
    }

    #[test]
    fn columns_are_as_wide_as_their_widest_cell() {
        let mut table = Table::new()
            .column("number", Align::Left, 10)
            .column("days", Align::Right, 10)
            .column("subject", Align::Left, 12);
        table.row(["D-1", "3", "Überweisung fehlt"]);
        table.row(["D-1042", "120", "Rad"]);
        assert_eq!(
            plain(&table),
            "number  days  subject\n\
             D-1        3  Überweisung…\n\
             D-1042   120  Rad\n"
        );
    }

    #[test]
    fn a_row_may_be_short_or_long_and_cannot_break_the_table() {
        let mut table = Table::new().column("a", Align::Left, 9).column("b", Align::Left, 9);
        table.row(["x"]);
        table.row(["1", "2\n3", "4"]);
        assert_eq!(plain(&table), "a  b\nx\n1  2 3\n");
        assert!(!table.is_empty());
    }
}
