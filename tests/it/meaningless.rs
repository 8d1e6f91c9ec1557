//! Records that cannot mean what they say: each is refused with the path of what is wrong, and nothing is kept.

use ropa_proto::v1 as pb;
use tonic::Code;
use tonic_types::StatusExt;

use crate::refusals::{apply, unchanged};
use crate::support::given::{changes, paths, purpose, put, reason};

#[test]
fn a_gap_on_what_must_be_known_is_refused() {
    unchanged(|channel, _| async move {
        let mut shy = purpose("support-nights", "Support at night");
        shy.gaps = ["valid_from", "valid_until", "state", "purpose"]
            .map(gap)
            .to_vec();
        let policy = pb::Record {
            key: "shy".to_owned(),
            gaps: vec![gap("rule"), gap("*"), gap("severity")],
            body: Some(pb::record::Body::Policy(pb::Policy::default())),
            ..pb::Record::default()
        };
        let status = apply(channel, changes(vec![put(shy), put(policy)])).await;
        assert_eq!(reason(&status), "FIELD_INVALID");
        let told = paths(&status);
        let refused = |change: usize, gap: usize| {
            let path = format!("changes[{change}].put.record.gaps[{gap}].field");
            told.contains(&path)
        };
        for at in 0..4 {
            assert!(refused(0, at), "{at} of the purpose is not in {told:?}");
        }
        assert!(refused(1, 0) && refused(1, 1), "of the policy: {told:?}");
        assert!(!refused(1, 2), "its severity may be unclear: it denies");
    });
}

fn gap(field: &str) -> pb::Gap {
    pb::Gap {
        field: field.to_owned(),
        kind: pb::GapKind::Unclear.into(),
        note: String::new(),
    }
}

#[test]
fn all_that_is_wrong_with_a_record_is_told_at_once() {
    unchanged(|channel, _| async move {
        let mut wrong = purpose("Not A Key", "");
        wrong.state = 99;
        wrong.valid_from = "2026-13-01".to_owned();
        wrong.review_every = "often".to_owned();
        let status = apply(channel, changes(vec![put(wrong)])).await;
        assert_eq!(status.code(), Code::InvalidArgument);
        assert_eq!(reason(&status), "FIELD_INVALID");
        let told = paths(&status);
        for field in ["key", "state", "valid_from", "review_every"] {
            assert!(
                told.contains(&format!("changes[0].put.record.{field}")),
                "{field} is not in {told:?}"
            );
        }
        assert!(
            !status.message().contains("Not A Key"),
            "a refusal does not repeat what was sent"
        );
    });
}

/// Rules would look at one of them.
#[test]
fn two_entries_about_the_same_thing_are_refused() {
    unchanged(|channel, _| async move {
        let category = |key: &str| pb::ActivityData {
            category: key.to_owned(),
            ..Default::default()
        };
        let recipient = |key: &str| pb::ActivityRecipient {
            recipient: key.to_owned(),
            ..Default::default()
        };
        let activity = pb::Activity {
            controller: "acme".to_owned(),
            data: ["identity", "payment", "identity"].map(category).to_vec(),
            recipients: ["partner", "partner"].map(recipient).to_vec(),
            ..Default::default()
        };
        let twice = pb::Record {
            key: "twice".to_owned(),
            display_name: "Twice".to_owned(),
            state: pb::RecordState::Draft.into(),
            body: Some(pb::record::Body::Activity(activity)),
            ..Default::default()
        };
        let status = apply(channel, changes(vec![put(twice)])).await;
        assert_eq!(reason(&status), "INVENTORY_INVALID");
        let details = status.get_error_details();
        let told = &details.precondition_failure().unwrap().violations;
        for field in ["data[2].category", "recipients[1].recipient"] {
            let at = format!("activity.{field}");
            let told_of = told.iter().any(|one| one.subject.ends_with(&at));
            assert!(told_of, "{field} is not in {told:?}");
        }
    });
}

#[test]
fn validity_that_ends_before_it_begins_is_refused() {
    unchanged(|channel, _| async move {
        let mut wrong = purpose("p", "");
        wrong.valid_from = "2026-02-01".to_owned();
        wrong.valid_until = "2026-01-31".to_owned();
        let status = apply(channel, changes(vec![put(wrong)])).await;
        assert_eq!(paths(&status), ["changes[0].put.record.valid_until"]);
    });
}

#[test]
fn a_parent_that_is_not_the_key_up_to_its_last_dot_is_refused() {
    unchanged(|channel, _| async move {
        let mut wrong = purpose("billing.letters", "");
        wrong.body = Some(pb::record::Body::Purpose(pb::Purpose {
            parent: "newsletter".to_owned(),
            ..Default::default()
        }));
        assert_eq!(
            reason(&apply(channel, changes(vec![put(wrong)])).await),
            "INVENTORY_INVALID"
        );
    });
}
