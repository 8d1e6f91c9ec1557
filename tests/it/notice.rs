//! The notice as published: an inventory of all that the notice says, with its silences marked.

use std::collections::BTreeSet;
use std::sync::Arc;

use ropa::domain::inventory::Inventory;
use ropa::domain::record::Record;
use ropa::engine::compile::compile;
use ropa::wire::descriptor::field_path;
use ropa::wire::record::kind_of;
use ropa::wire::shape::ReadOne;
use ropa::wire::violation::read;

use crate::support::file;
use crate::support::given::inventory;

const NOTICE: &str = "examples/notice-as-published.yaml";

/// The numbers of the statements that the notice was taken apart into, in their order: parties, people,
/// data, purposes, bases, recipients, storage and transfers, security, retention, rights, trackers. Those in
/// `-GAP`, and a few more, are numbers of a silence.
const STATEMENTS: &str = "
    CTL-01 CTL-01.op CTL-01.dpo CTL-01.rep CTL-01.joint AUT-01 NOT-01 LAW-01 LAW-02 UND-01
    SUB-01 SUB-02 SUB-03 SUB-04 SUB-05 SUB-06
    CAT-FIRST-NAME CAT-LAST-NAME CAT-EMAIL CAT-ID-PROOF CAT-POSTCODE CAT-ADDRESS CAT-PHONE
    CAT-IP CAT-USERNAME CAT-CALL-LOG CAT-SMS-LOG CAT-VOICEMAIL CAT-CALL-DATE
    CAT-CALL-DURATION CAT-CALL-NUMBERS CAT-PORT-INVOICE CAT-PORT-OPERATOR-ID
    CAT-PORT-RESIDENCE CAT-PORT-MANDATE CAT-BANK-ROUTING CAT-CONTACTS CAT-CALL-COMMENT
    CAT-TAG CAT-GREETING CAT-HOLD-MUSIC CAT-INTEGRATION CAT-EXCHANGE-SUMMARY
    CAT-SUBSCRIPTION CAT-OPTION CAT-COMMITMENT CAT-INVOICE-STATUS CAT-PAYMENT-STATUS
    CAT-RECORDING CAT-DEVICE-CONTACTS CAT-COOKIE-ID CAT-PAGES CAT-AD-CLICKS CAT-BROWSER
    CAT-SITE-INPUT CAT-SESSION-ID CAT-OS-VERSION CAT-APP-VERSION CAT-UI-PREFS CAT-PASSWORD
    CAT-INTERESTS CAT-BROWSING-HISTORY CAT-GEO CAT-TERMINAL CAT-REGISTRATION-DATA
    CAT-EMAIL-ENGAGEMENT CAT-SOCIAL-LOGIN CAT-FAX CAT-SMS-CONTENT CAT-CALL-CONTENT
    CAT-SIGNATURE CAT-CALL-STATS CAT-LOGIN-USAGE CAT-PAYMENT
    ACT-01 ACT-02 ACT-03 ACT-04 ACT-05 ACT-06 ACT-07 ACT-08 ACT-09 ACT-10 ACT-11 ACT-12
    ACT-13 ACT-14 ACT-15 ACT-16 ACT-17 ACT-18 ACT-19 ACT-20 ACT-21 ACT-22 ACT-23 ACT-24
    ACT-25
    LB-01 LB-02 LB-03 LB-04 LB-05
    RCP-01 RCP-02 RCP-03 RCP-04 RCP-05 RCP-06 RCP-07 RCP-08 RCP-09 RCP-10 RCP-11 RCP-12
    RCP-13
    LOC-01 LOC-02 LOC-03 TRF-01 SG-01 SG-02 SG-03 SG-04
    SEC-01 SEC-02 SEC-03 SEC-04 SEC-05 SEC-06 SEC-07 SEC-08 SEC-GAP
    RET-01 RET-02 RET-03 RET-04 RET-05 RET-06 RET-07 RET-08 RET-09 RET-10 RET-11 RET-12
    RET-GAP
    RGT-01 RGT-02 RGT-03 RGT-04 RGT-05 RGT-06 RGT-07 RGT-08 RGT-09 RGT-10 RGT-GAP CND-01
    CND-02 DDL-01 DDL-02 DDL-03
    CK-01 CK-02 CK-03 CK-04 CK-05 CK-06 CK-BANNER CK-EXT
";

#[test]
fn every_statement_of_the_notice_is_in_the_inventory() {
    let records = inventory(NOTICE);
    let told: BTreeSet<&str> = records
        .iter()
        .flat_map(|record| &record.provenance)
        .map(|provenance| provenance.source_id.as_str())
        .collect();
    let wanted: BTreeSet<&str> = STATEMENTS.split_whitespace().collect();
    let missing: Vec<_> = wanted.difference(&told).collect();
    assert!(
        missing.is_empty(),
        "statements without a record: {missing:?}"
    );
    let unknown: Vec<_> = told.difference(&wanted).collect();
    assert!(
        unknown.is_empty(),
        "records of no known statement: {unknown:?}"
    );
}

#[test]
fn the_notice_as_published_stands_on_the_reference_pack() {
    let mut names: Vec<String> = std::fs::read_dir(file::path("reference"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| {
            std::path::Path::new(name)
                .extension()
                .is_some_and(|extension| extension == "yaml")
        })
        .map(|name| format!("reference/{name}"))
        .collect();
    names.push(NOTICE.to_owned());
    let mut known = Inventory::default();
    let mut seen = BTreeSet::new();
    for name in names {
        for said in inventory(&name) {
            let key = said.key.clone();
            let record = read(|reader| Record::read_one(said, reader))
                .unwrap_or_else(|wrong| panic!("{name}: {key}: {wrong:?}"));
            assert!(
                seen.insert(record.name.to_string()),
                "{name}: {} stands elsewhere too",
                record.name
            );
            known.put(Arc::new(record), 1);
        }
    }
    if let Err(issues) = compile(known) {
        panic!("{issues:?}");
    }
}

#[test]
fn every_gap_of_the_notice_names_a_field_of_its_record() {
    let mut found = 0;
    for record in inventory(NOTICE) {
        let kind = kind_of(record.body.as_ref().expect("a body"));
        for gap in &record.gaps {
            found += 1;
            assert!(
                gap.field == "*" || field_path(kind, &gap.field).is_some(),
                "{}: `{}` is no field",
                record.key,
                gap.field
            );
            assert!(
                !gap.note.is_empty(),
                "{}: nothing is said of `{}`",
                record.key,
                gap.field
            );
        }
    }
    assert!(found > 300, "only {found} gaps were found");
}
