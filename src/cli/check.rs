//! x
use super::*;
/// x
pub fn run(_: &Global, _: &CheckArgs) -> anyhow::Result<Exit> {
    anyhow::bail!("")
}
