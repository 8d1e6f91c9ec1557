//! The page of the register: plain questions, each answered by one call, and a processor that comes in one change.

use serde_json::Value;

use crate::support::foreign::Foreigner;
use crate::support::given::operator;
use crate::support::line::Line;
use crate::support::{Service, file, run};

/// A part of the page: its heading, and its lines.
struct Part {
    heading: String,
    lines: Vec<Line>,
}

fn page() -> Vec<Part> {
    let text = std::fs::read_to_string(file::path("docs/REGISTER.md")).unwrap();
    let mut parts: Vec<Part> = Vec::new();
    for line in text.lines() {
        if line.starts_with('#') {
            parts.push(Part {
                heading: line.trim_start_matches(['#', ' ']).to_owned(),
                lines: Vec::new(),
            });
        } else if line.starts_with("grpcurl ") {
            let read = Line::parse(line).unwrap_or_else(|| panic!("not a line: {line}"));
            parts.last_mut().expect("a heading").lines.push(read);
        }
    }
    parts
}

async fn serving() -> (Service, Foreigner) {
    let service = Service::start().await;
    service.import(operator()).await.unwrap();
    let foreigner = Foreigner::new(service.channel.clone()).await;
    (service, foreigner)
}

/// The answer to a line, which is one.
async fn answer(foreigner: &Foreigner, line: &Line) -> Value {
    let mut came = match foreigner.call(&line.method, &line.sent).await {
        Ok(came) => came,
        Err(status) => panic!("{}: {status:?}", line.method),
    };
    assert_eq!(came.len(), 1, "{}", line.method);
    came.remove(0)
}

/// Each question, where its answer stands, and what must be there.
const QUESTIONS: &[(&str, &str, &[&str])] = &[
    (
        "Who gets the call logs?",
        "/uses",
        &["judicial-authorities", "RECIPIENT_STANDING_AUTHORITY"],
    ),
    (
        "On which basis is the newsletter sent?",
        "/legalBasis",
        &["consent-newsletter", "ARTICLE6_A"],
    ),
    (
        "Which safeguard covers the United States today?",
        "/uses",
        &[
            "adequacyDecisions/us-2023-1795",
            "transferSafeguards/crash-clauses",
        ],
    ),
    ("And in 2019?", "/uses", &["adequacyDecisions/us-2016-1250"]),
    (
        "What lapses for customer support, and when?",
        "/lapses",
        &[
            "agreements/support-contract",
            "assessments/tia-india-support",
        ],
    ),
    (
        "Which activities may use the e-mail address of a customer?",
        "/decisions",
        &["\"billing\"", "\"service-messages\""],
    ),
    (
        "Which data may billing use?",
        "/categories",
        &["billing.payment", "contact.email"],
    ),
    (
        "What would break without this processor?",
        "/referrers",
        &["activities/customer-support", "agreements/support-contract"],
    ),
    (
        "Which rules of keeping are there for telecommunications?",
        "/records",
        &["floor-traffic-data", "floor-connection-data"],
    ),
    (
        "Who changed the billing activity, when and why?",
        "/changeSets",
        &["\"anonymous\"", "\"reason\"", "activities/billing"],
    ),
];

#[test]
fn ten_plain_questions_are_answered_by_one_call_each() {
    run(async {
        let (service, foreigner) = serving().await;
        let page = page();
        let asked = page.iter().filter(|part| part.lines.len() == 1).count();
        assert_eq!(asked, QUESTIONS.len(), "a question is not looked at");
        for (heading, place, expected) in QUESTIONS {
            let part = page.iter().find(|part| part.heading == *heading);
            let part = part.unwrap_or_else(|| panic!("the page does not ask: {heading}"));
            let answer = answer(&foreigner, &part.lines[0]).await;
            let there = answer.pointer(place).unwrap_or(&Value::Null).to_string();
            for word in *expected {
                assert!(there.contains(word), "{heading} {word} is not in {there}");
            }
        }
        drop(foreigner);
        service.stop().await;
    });
}

#[test]
fn a_processor_comes_in_one_change_and_its_contract_decides() {
    run(async {
        let (service, foreigner) = serving().await;
        let page = page();
        let part = page
            .iter()
            .find(|part| part.heading == "A new processor, in one change");
        let [dry, apply, ask, end, ask_again] = &part.expect("it is there").lines[..] else {
            panic!("the page tells another story")
        };
        let before = service.export().await.0.len();

        let would = answer(&foreigner, dry).await;
        assert_eq!(
            service.export().await.0.len(),
            before,
            "a dry run keeps nothing"
        );
        let did = answer(&foreigner, apply).await;
        assert_eq!(
            would["results"], did["results"],
            "it does what the dry run said"
        );
        assert_eq!(service.export().await.0.len(), before + 4);

        let permit = &answer(&foreigner, ask).await["decision"];
        assert_eq!(permit["effect"], "EFFECT_PERMIT", "{permit}");
        assert!(
            permit["grounds"].to_string().contains("TRANSFER_"),
            "{permit}"
        );

        answer(&foreigner, end).await;
        let denial = &answer(&foreigner, ask_again).await["decision"];
        assert_eq!(denial["effect"], "EFFECT_DENY");
        assert_eq!(denial["reasons"].as_array().unwrap().len(), 1, "{denial}");
        assert_eq!(
            denial["reasons"][0]["code"],
            "PROCESSOR_CONTRACT_NOT_IN_FORCE"
        );
        drop(foreigner);
        service.stop().await;
    });
}
