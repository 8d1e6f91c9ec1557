//! How long data may be kept.

use ropa_proto::v1 as pb;
use tonic::{Response, Status};

use super::decision::{Decisions, told};
use super::status;
use super::walk::Awaited;
use crate::engine::keeping::keep;
use crate::wire::decision::read_instant;
use crate::wire::keeping::{read_keeping, say_kept};

impl Decisions {
    pub(super) fn compute(
        &self,
        said: pb::ComputeRetentionRequest,
        awaited: &Awaited,
    ) -> Result<Response<pb::ComputeRetentionResponse>, Status> {
        let at = read_instant(said.evaluation_time, self.clock.now()).map_err(status::fields)?;
        let asked = read_keeping(said.keeping).map_err(status::fields)?;
        let live = self.registry.live();
        let kept =
            keep(&live.snapshot, &asked, at, || awaited.holds()).ok_or_else(status::too_slow)?;
        told(say_kept(&kept, at, self.snapshot_info(&live)))
    }
}
