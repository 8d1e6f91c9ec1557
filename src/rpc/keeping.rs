//! How long data may be kept.

use ropa_proto::v1 as pb;
use tonic::{Response, Status};

use super::decision::{Decisions, told};
use super::status;
use crate::clock::Deadline;
use crate::engine::keeping::keep;
use crate::wire::decision::read_instant;
use crate::wire::keeping::{read_keeping, say_kept};

impl Decisions {
    pub(super) fn compute(
        &self,
        said: pb::ComputeRetentionRequest,
        deadline: Option<Deadline>,
    ) -> Result<Response<pb::ComputeRetentionResponse>, Status> {
        let at = read_instant(said.evaluation_time, self.clock.now()).map_err(status::fields)?;
        let asked = read_keeping(said.keeping).map_err(status::fields)?;
        let live = self.registry.live();
        let in_time = || !deadline.is_some_and(Deadline::has_passed);
        let kept = keep(&live.snapshot, &asked, at, in_time).ok_or_else(status::too_slow)?;
        told(say_kept(&kept, at, self.snapshot_info(&live)))
    }
}
