//! x
use super::*;
/// x
pub fn run(_: &Global, _: &ExplainArgs) -> anyhow::Result<Exit> {
    anyhow::bail!("")
}
