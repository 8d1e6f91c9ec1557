//! A person's request.

use ropa_proto::v1 as pb;
use tonic::{Response, Status};

use super::decision::{Decisions, told};
use super::status;
use super::walk::Awaited;
use crate::engine::right::answer;
use crate::wire::decision::read_instant;
use crate::wire::right::{read_request, say_resolved};

impl Decisions {
    pub(super) fn resolve(
        &self,
        said: pb::ResolveRightRequest,
        awaited: &Awaited,
    ) -> Result<Response<pb::ResolveRightResponse>, Status> {
        let at = read_instant(said.evaluation_time, self.clock.now()).map_err(status::fields)?;
        let asked = read_request(said.request).map_err(status::fields)?;
        let live = self.registry.live();
        let resolved =
            answer(&live.snapshot, &asked, at, || awaited.holds()).ok_or_else(status::too_slow)?;
        told(say_resolved(&resolved, at, self.snapshot_info(&live)))
    }
}
