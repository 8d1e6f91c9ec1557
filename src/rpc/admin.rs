//! About the service itself.

use std::sync::Arc;

use ropa_proto::v1 as pb;
use ropa_proto::v1::admin_service_server::AdminService;
use tonic::{Request, Response, Status};

use crate::domain::shape::Words;
use crate::engine::catalogue::{OBLIGATIONS, rules};
use crate::engine::facts::facts;
use crate::engine::query::Operation;
use crate::engine::rule::{Gate, Rule, RuleEffect};
use crate::registry::live::Registry;
use crate::wire::decision::level;
use crate::wire::limits;

/// Tells about the service.
#[derive(Clone, Debug)]
pub struct Admin {
    /// The inventory.
    pub registry: Arc<Registry>,
    /// Whether it listens beyond this machine without knowing its callers.
    pub insecure_listen: bool,
}

#[tonic::async_trait]
impl AdminService for Admin {
    async fn get_server_info(
        &self,
        _: Request<pb::GetServerInfoRequest>,
    ) -> Result<Response<pb::GetServerInfoResponse>, Status> {
        let live = self.registry.live();
        Ok(Response::new(pb::GetServerInfoResponse {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            revision: live.revision.clone(),
            record_count: live.snapshot.inventory().len() as u64,
            database: self.registry.store().database().to_owned(),
            insecure_listen: self.insecure_listen,
            limits: Some(pb::Limits {
                request_bytes: limits::REQUEST_BYTES as u64,
                check_bytes: limits::CHECK_BYTES as u64,
                batch_items: limits::BATCH_ITEMS as u64,
                record_bytes: limits::RECORD_BYTES as u64,
                answer_bytes: limits::ANSWER_BYTES as u64,
                question_items: limits::QUESTION_ITEMS as u64,
                changes: limits::CHANGES as u64,
                import_records: limits::IMPORT_RECORDS as u64,
                text_chars: limits::TEXT_CHARS as u64,
                list_items: limits::LIST_ITEMS as u64,
                page_size: limits::PAGE_SIZE as u64,
                file_depth: limits::FILE_DEPTH as u64,
            }),
            rules: rules().map(rule_info).collect(),
            obligations: OBLIGATIONS
                .iter()
                .map(|known| pb::ObligationInfo {
                    code: known.code.to_owned(),
                    title: known.title.to_owned(),
                    blocking: known.blocking,
                })
                .collect(),
            facts: facts()
                .map(|fact| pb::FactInfo {
                    path: fact.path.to_owned(),
                    not_said: fact.not_said.to_owned(),
                })
                .collect(),
        }))
    }
}

fn rule_info(rule: &'static Rule) -> pb::RuleInfo {
    pb::RuleInfo {
        code: rule.code.to_owned(),
        number: rule.number,
        chapter: rule.chapter.to_owned(),
        title: rule.title.to_owned(),
        citation: rule.citation.to_owned(),
        level: level(rule.level),
        effect: match rule.effect {
            RuleEffect::Deny => "deny",
            RuleEffect::Warn => "warn",
            RuleEffect::Permit => "permit",
            RuleEffect::Note => "note",
        }
        .to_owned(),
        settable: rule.is_settable(),
        in_force_from: rule.in_force_from.to_string(),
        operations: Operation::ALL
            .iter()
            .filter(|operation| rule.gate.meets(Gate::of(&[**operation])))
            .map(|operation| operation.as_str().to_owned())
            .collect(),
        next_step: rule.next_step.to_owned(),
        facts: rule.facts().map(|fact| fact.path.to_owned()).collect(),
        raised_by: rule.raised_by().iter().map(|by| (*by).to_owned()).collect(),
    }
}
