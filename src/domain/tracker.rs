//! What is read from or written on people's terminals.

use super::date::Period;
use super::key::{ActivityKey, ControllerKey, PurposeKey, RecipientKey};
use super::shape::{choice, record, words};

record! {
    /// A cookie, pixel or other tracker (Directive 2002/58/EC art. 5(3)).
    pub struct Tracker {
        /// The activity it serves.
        activity: Option<ActivityKey>,
        /// The controller.
        controller: Option<ControllerKey>,
        /// What it is for.
        class: Option<TrackerClass>,
        /// Its purposes.
        purposes: Vec<PurposeKey>,
        /// How long it lives.
        lifetime: Option<TrackerLifetime>,
        /// A mark: each visit prolongs it.
        prolonged_on_visit: Option<bool>,
        /// How long the data read are kept.
        data_life: Option<Period>,
        /// Who sets and reads it, if not the controller.
        operator: Option<RecipientKey>,
        /// Whether others have access to it.
        third_party_access: Option<bool>,
        /// How people are asked.
        consent_model: Option<ConsentModel>,
        /// An exemption claimed, with its conditions.
        exemption: Option<TrackerExemption>,
        /// Where it is.
        medium: Option<TrackerMedium>,
        /// E-mail pixels: for what.
        pixel_use: Option<PixelUse>,
    }
}

choice! {
    /// How long it lives.
    pub enum TrackerLifetime {
        /// A period from when it is set.
        LifetimePeriod(Period) "lifetime_period",
        /// True: until the session ends.
        LifetimeSession(bool) "lifetime_session",
    }
}

words! {
    /// What a tracker is for.
    pub enum TrackerClass {
        /// Carrying out the communication.
        Communication = 1 "COMMUNICATION",
        /// Strictly necessary for a service asked for.
        StrictlyNecessary = 2 "STRICTLY_NECESSARY",
        /// Preferences of the interface.
        InterfacePreference = 3 "INTERFACE_PREFERENCE",
        /// Audience measurement for the publisher alone.
        AudienceMeasurement = 4 "AUDIENCE_MEASUREMENT",
        /// Other analytics.
        Analytics = 5 "ANALYTICS",
        /// Advertising.
        Advertising = 6 "ADVERTISING",
        /// Social networks.
        Social = 7 "SOCIAL",
        /// A pixel in e-mails.
        EmailPixel = 8 "EMAIL_PIXEL",
    }
}

words! {
    /// How people are asked about a tracker.
    pub enum ConsentModel {
        /// Consent first.
        OptIn = 1 "OPT_IN",
        /// They may refuse.
        OptOut = 2 "OPT_OUT",
        /// They are not asked.
        None = 3 "NONE",
    }
}

record! {
    /// An exemption from consent, with its conditions (CNIL, 4 July 2025).
    pub struct TrackerExemption {
        /// Whether it is claimed.
        claimed: Option<bool>,
        /// For the publisher's sole account.
        sole_account: Option<bool>,
        /// Only anonymous statistics.
        anonymous_statistics: Option<bool>,
        /// No tracking across sites.
        no_cross_site: Option<bool>,
        /// No matching with other data.
        no_cross_matching: Option<bool>,
        /// No transfer to third parties.
        no_third_party: Option<bool>,
        /// No use by the vendor for itself.
        no_vendor_reuse: Option<bool>,
        /// No other purpose.
        sole_purpose: Option<bool>,
    }
}

words! {
    /// Where a tracker is.
    pub enum TrackerMedium {
        /// On web pages.
        Web = 1 "WEB",
        /// In an application.
        App = 2 "APP",
        /// In e-mails.
        Email = 3 "EMAIL",
    }
}

words! {
    /// For what a pixel in e-mails is used.
    pub enum PixelUse {
        /// Security of authentication.
        Security = 1 "SECURITY",
        /// An anonymous rate over all.
        GlobalOpenRate = 2 "GLOBAL_OPEN_RATE",
        /// Following each reader.
        Individual = 3 "INDIVIDUAL",
    }
}
