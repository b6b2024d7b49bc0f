//! x
use super::*;
/// x
pub fn run(_: &Global, _: &ImportArgs) -> anyhow::Result<Exit> {
    anyhow::bail!("")
}
