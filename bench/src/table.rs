//! The one table that is printed.

use std::env;
use std::fmt::Write;

use crate::arguments::Arguments;
use crate::figures::{Figures, Spread};
use crate::floor::Floor;
use crate::machine;
use crate::metric::{Goal, ROWS, Row};

/// Machine, versions and command, then a row for each figure: in Markdown, to be read as it is or pasted.
pub(crate) fn render(arguments: &Arguments, floor: &Floor, figures: &[Figures]) -> String {
    let mut text = heading(arguments, floor);
    let mut cells = vec![header(figures.len())];
    cells.extend(ROWS.iter().filter_map(|row| line(row, figures)));
    let widths: Vec<usize> = (0..cells[0].len())
        .map(|column| cells.iter().map(|row| row[column].chars().count()).max())
        .map(Option::unwrap_or_default)
        .collect();
    for (index, row) in cells.iter().enumerate() {
        if index == 1 {
            let rules = widths.iter().map(|width| format!("{:->width$}", ""));
            _ = writeln!(text, "| {} |", rules.collect::<Vec<_>>().join(" | "));
        }
        let padded = row
            .iter()
            .zip(&widths)
            .map(|(cell, width)| format!("{cell:<width$}"));
        _ = writeln!(text, "| {} |", padded.collect::<Vec<_>>().join(" | "));
    }
    text
}

fn heading(arguments: &Arguments, floor: &Floor) -> String {
    let terraform = env::var("TERRAFORM").unwrap_or_default();
    let command: Vec<_> = env::args().collect();
    format!(
        "machine:   {}, load {}\nterraform: {}\nfloor:     {}\ncommand:   {}\nruns:      {}\n\n",
        machine::description(),
        machine::load(),
        machine::version(&terraform),
        floor.made_with,
        command.join(" "),
        arguments.runs,
    )
}

fn header(contestants: usize) -> Vec<String> {
    let mut cells = vec!["", "min", "median", "max"];
    if contestants > 1 {
        cells.extend(["peer min", "median", "max", "ours ÷ peer"]);
    }
    cells.extend(["wanted", ""]);
    cells.into_iter().map(str::to_owned).collect()
}

/// Nothing for a row that wasn't measured.
fn line(row: &Row, figures: &[Figures]) -> Option<Vec<String>> {
    let [ours, peers @ ..] = figures else {
        return None;
    };
    let ours = ours.of(row.metric)?;
    let mut cells = vec![row.name.to_owned()];
    cells.extend(spread(Some(ours), row.decimals));
    for peer in peers {
        let peer = peer.of(row.metric);
        cells.extend(spread(peer, row.decimals));
        cells.push(peer.map_or("–".to_owned(), |peer| {
            format!("{:.2}", ours.median / peer.median)
        }));
    }
    cells.extend(verdict(row, ours.median));
    Some(cells)
}

fn spread(spread: Option<Spread>, decimals: usize) -> [String; 3] {
    match spread {
        Some(Spread { min, median, max }) => {
            [min, median, max].map(|figure| format!("{figure:.decimals$}"))
        }
        None => ["–"; 3].map(str::to_owned),
    }
}

/// What is wanted of a row, and whether it is so.
fn verdict(row: &Row, median: f64) -> [String; 2] {
    let decimals = row.decimals;
    let (wanted, met) = match row.goal {
        Goal::None => return ["".to_owned(), "".to_owned()],
        Goal::AtMost(most) => (format!("≤ {most:.decimals$}"), median <= most),
        Goal::PartOfGo(part, go) => {
            let most = part * go;
            (format!("≤ {most:.decimals$}"), median <= most)
        }
        Goal::TimesGo(times, go) => {
            let least = times * go;
            (format!("≥ {least:.decimals$}"), median >= least)
        }
    };
    [wanted, if met { "met" } else { "NOT met" }.to_owned()]
}
