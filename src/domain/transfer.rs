//! Safeguards of transfers, and the law about countries.

use super::activity::Frequency;
use super::date::{Date, TimeZoneName};
use super::key::{
    ActivityKey, AdequacyDecisionKey, AssessmentKey, ControllerKey, CountryKey, DataCategoryKey,
    RecipientKey, SecurityMeasureKey, TransferToolKey,
};
use super::shape::{choice, record, words};

record! {
    /// What makes a transfer to a third country lawful (Chapter V): a tool, an adequacy decision, a
    /// derogation.
    pub struct TransferSafeguard {
        /// What it rests on.
        ground: Option<SafeguardGround>,
        /// The safeguard in the words of its source.
        as_written: String,
        /// Who sends.
        exporter: Option<Exporter>,
        /// Who receives.
        importer: Option<RecipientKey>,
        /// As what the exporter acts.
        exporter_role: Option<TransferRole>,
        /// As what the importer acts.
        importer_role: Option<TransferRole>,
        /// The module, 1 to 4, of the clauses of Decision (EU) 2021/914.
        module: Option<u32>,
        /// The countries covered.
        countries: Vec<CountryKey>,
        /// The categories covered; empty means all.
        categories: Vec<DataCategoryKey>,
        /// The activities covered; empty means all.
        activities: Vec<ActivityKey>,
        /// The day it was concluded.
        concluded_on: Option<Date>,
        /// A mark: the day the processing changed since.
        processing_changed_on: Option<Date>,
        /// States that every party signed.
        signed_by_all: Option<bool>,
        /// States that the annexes are filled in.
        annexes_complete: Option<bool>,
        /// A mark: the clauses were altered.
        altered: Option<bool>,
        /// The day it was terminated.
        terminated_on: Option<Date>,
        /// The transfer impact assessment, of kind TIA.
        assessment: Option<AssessmentKey>,
        /// Supplementary measures in place.
        measures: Vec<SecurityMeasureKey>,
        /// The approval of an authority. Art. 46(3), 47.
        approval: Option<Approval>,
        /// States that the importer bound itself. Art. 46(2)(e), (f).
        binding_commitment: Option<bool>,
        /// Binding corporate rules: the members bound.
        bound_members: Vec<RecipientKey>,
        /// Binding corporate rules: for whom.
        bcr_kind: Option<BcrKind>,
        /// What it says of onward transfers.
        onward: Option<OnwardTransfer>,
        /// Derogation: why the transfer is necessary.
        necessity: String,
        /// Derogation: how often.
        frequency: Option<Frequency>,
        /// Derogation: how many people.
        numbers: String,
        /// Derogation: the day the authority was told. Art. 49(1).
        authority_notified_on: Option<Date>,
        /// How people get a copy. Art. 13(1)(f).
        copy_route: String,
    }
}

choice! {
    /// What it rests on.
    pub enum SafeguardGround {
        /// A tool of Art. 46.
        Tool(TransferToolKey) "tool",
        /// An adequacy decision of Art. 45 that needs a listing.
        AdequacyDecision(AdequacyDecisionKey) "adequacy_decision",
        /// A derogation of Art. 49(1).
        Derogation(Derogation) "derogation",
    }
}

choice! {
    /// Who sends.
    pub enum Exporter {
        /// A controller.
        ExportingController(ControllerKey) "exporting_controller",
        /// A recipient, for onward transfers.
        ExportingRecipient(RecipientKey) "exporting_recipient",
    }
}

words! {
    /// The derogations of Art. 49(1) GDPR.
    pub enum Derogation {
        /// Explicit consent, informed of the risks.
        A = 1 "A",
        /// A contract with the person.
        B = 2 "B",
        /// A contract in the person's interest.
        C = 3 "C",
        /// Important reasons of public interest.
        D = 4 "D",
        /// Legal claims.
        E = 5 "E",
        /// Vital interests.
        F = 6 "F",
        /// A public register.
        G = 7 "G",
        /// Compelling legitimate interests, second subparagraph.
        CompellingInterests = 8 "COMPELLING_INTERESTS",
    }
}

words! {
    /// As what a party of a transfer acts.
    pub enum TransferRole {
        /// A controller.
        Controller = 1 "CONTROLLER",
        /// A processor.
        Processor = 2 "PROCESSOR",
    }
}

words! {
    /// Whom binding corporate rules are for.
    pub enum BcrKind {
        /// Controllers (BCR-C).
        Controller = 1 "CONTROLLER",
        /// Processors (BCR-P).
        Processor = 2 "PROCESSOR",
    }
}

record! {
    /// The approval of a supervisory authority.
    pub struct Approval {
        /// The authority.
        authority: String,
        /// Its reference.
        reference: String,
        /// The day it was given.
        given_on: Option<Date>,
    }
}

record! {
    /// What a safeguard says of onward transfers.
    pub struct OnwardTransfer {
        /// Whether they are allowed.
        allowed: Option<bool>,
        /// To whom.
        recipients: Vec<RecipientKey>,
        /// Where.
        countries: Vec<CountryKey>,
    }
}

record! {
    /// Reference data: a kind of transfer tool, such as a set of standard clauses.
    pub struct TransferTool {
        /// What it is.
        kind: Option<ToolKind>,
        /// The act.
        citation: String,
        /// The last day on which it could be concluded.
        new_until: Option<Date>,
        /// The last day on which earlier ones count.
        existing_until: Option<Date>,
        /// Whether a module must be named.
        needs_module: Option<bool>,
    }
}

words! {
    /// What a transfer tool is. Art. 46.
    pub enum ToolKind {
        /// Standard clauses. Art. 46(2)(c), (d).
        Scc = 1 "SCC",
        /// Binding corporate rules. Art. 47.
        Bcr = 2 "BCR",
        /// A code of conduct. Art. 46(2)(e).
        Code = 3 "CODE",
        /// A certification. Art. 46(2)(f).
        Certification = 4 "CERTIFICATION",
        /// Ad hoc clauses. Art. 46(3)(a).
        AdHoc = 5 "AD_HOC",
        /// An administrative arrangement. Art. 46(3)(b).
        Administrative = 6 "ADMINISTRATIVE",
        /// An instrument between public bodies. Art. 46(2)(a).
        PublicInstrument = 7 "PUBLIC_INSTRUMENT",
        /// Not a tool of Art. 46, whatever it is called.
        NotATool = 8 "NOT_A_TOOL",
    }
}

record! {
    /// Reference data: a decision of the Commission that a country or organisation protects data
    /// adequately (Art. 45). The record stays open; its periods and invalidation end it.
    pub struct AdequacyDecision {
        /// Whom it is about.
        about: Option<AdequateParty>,
        /// The decision.
        citation: String,
        /// The day of its adoption.
        adopted_on: Option<Date>,
        /// When it is in force.
        periods: Vec<AdequacyPeriod>,
        /// Its invalidation by the Court.
        invalidated: Option<Invalidation>,
        /// A mark: only importers on a list are covered.
        needs_listing: Option<bool>,
        /// A mark: only importers that say they are within its scope are covered.
        scope_limited: Option<bool>,
        /// Its scope in words.
        scope_text: String,
    }
}

choice! {
    /// Whom it is about.
    pub enum AdequateParty {
        /// A country or territory.
        Territory(CountryKey) "territory",
        /// An international organisation.
        Organisation(String) "organisation",
    }
}

record! {
    /// A period in which an adequacy decision is in force.
    pub struct AdequacyPeriod {
        /// The first day.
        from: Option<Date>,
        /// The last day; absent means open.
        until: Option<Date>,
        /// The act that opens or prolongs it.
        act: String,
    }
}

record! {
    /// The invalidation of an adequacy decision.
    pub struct Invalidation {
        /// The day from which it no longer counts.
        on: Option<Date>,
        /// The judgment.
        by: String,
    }
}

record! {
    /// Reference data: a country or territory, by its ISO 3166-1 code in capitals.
    pub struct Country {
        /// When the GDPR applies there as in the Union.
        eea: Vec<EeaPeriod>,
        /// What it is for Chapter V.
        status: Option<CountryStatus>,
        /// The state a territory belongs to.
        linked_to: Option<CountryKey>,
        /// From which age a child consents alone. Art. 8.
        consent_age: Vec<ConsentAge>,
        /// Public holidays, for terms (Regulation 1182/71).
        holidays: Vec<Holiday>,
        /// The IANA time zone in which its days are counted.
        day_zone: Option<TimeZoneName>,
        /// A mark: its law bars consent for special categories. Art. 9(2)(a).
        bars_special_consent: Option<bool>,
        /// Whether live marketing calls need consent.
        live_call_regime: Vec<LiveCallRegime>,
    }
}

record! {
    /// A period inside the European Economic Area, or counted as such.
    pub struct EeaPeriod {
        /// The first day; absent means ever since.
        from: Option<Date>,
        /// The last day; absent means still.
        until: Option<Date>,
        /// Why.
        note: String,
    }
}

words! {
    /// What a country is for Chapter V.
    pub enum CountryStatus {
        /// A state of the European Economic Area.
        Member = 1 "MEMBER",
        /// An outermost region: part of its state.
        Outermost = 2 "OUTERMOST",
        /// A French overseas territory.
        OverseasFrench = 3 "OVERSEAS_FRENCH",
        /// An overseas territory of another state.
        OverseasOther = 4 "OVERSEAS_OTHER",
        /// A special case.
        Special = 5 "SPECIAL",
        /// A third country.
        Third = 6 "THIRD",
    }
}

record! {
    /// The age of consent of Art. 8 in a period.
    pub struct ConsentAge {
        /// In whole years.
        age: Option<u32>,
        /// Whether child and parents consent together below it.
        joint: Option<bool>,
        /// The first day; absent means ever since.
        from: Option<Date>,
        /// The last day; absent means still.
        until: Option<Date>,
    }
}

record! {
    /// A public holiday.
    pub struct Holiday {
        /// A day (`01-01`) or a rule (`easter+1`).
        rule: String,
        /// The first day on which it counts.
        from: Option<Date>,
        /// The last day on which it counts.
        until: Option<Date>,
    }
}

record! {
    /// How live marketing calls are regulated from a day on.
    pub struct LiveCallRegime {
        /// Which regime.
        regime: Option<CallRegime>,
        /// The first day; absent means ever since.
        from: Option<Date>,
    }
}

words! {
    /// How live marketing calls are regulated.
    pub enum CallRegime {
        /// Allowed unless refused.
        OptOut = 1 "OPT_OUT",
        /// Only with consent.
        OptIn = 2 "OPT_IN",
    }
}
