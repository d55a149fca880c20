//! The fixed words of `notices.toml`, each with its Chinese and English label where people read it.

macro_rules! words {
    ($($(#[$doc:meta])* $name:ident: $called:literal { $($word:ident = $text:literal, $zh:literal, $en:literal;)+ })+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name {
            $(#[doc = concat!("`", $text, "` ", $zh, ".")] $word,)+
        }

        impl $name {
            /// Every word.
            pub const ALL: &'static [Self] = &[$(Self::$word),+];

            /// The word as packs, tables and events spell it.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$word => $text),+ }
            }

            /// The label that Chinese readers see.
            #[must_use]
            pub const fn zh(self) -> &'static str {
                match self { $(Self::$word => $zh),+ }
            }

            /// The label that English readers see.
            #[must_use]
            pub const fn en(self) -> &'static str {
                match self { $(Self::$word => $en),+ }
            }
        }

        impl std::str::FromStr for $name {
            type Err = Unknown;
            fn from_str(text: &str) -> Result<Self, Unknown> {
                Self::ALL.iter().copied().find(|word| word.as_str() == text).ok_or_else(|| Unknown {
                    vocabulary: $called,
                    word: text.to_owned(),
                    known: Self::ALL.iter().map(|word| word.as_str()).collect::<Vec<_>>().join(", "),
                })
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }
    )+};
}

/// A word that its vocabulary does not have.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("\"{word}\" is no {vocabulary}; known: {known}")]
pub struct Unknown {
    vocabulary: &'static str,
    word: String,
    known: String,
}

words! {
    /// What may happen to a case, as far as somebody may be told.
    Happening: "event" {
        CaseRegistered = "case.registered", "已登记", "registered";
        CaseAccepted = "case.accepted", "已受理", "accepted";
        CaseDeclined = "case.declined", "不予受理", "not accepted";
        CaseSupplemented = "case.supplemented", "已补充", "supplemented";
        CaseWithdrawn = "case.withdrawn", "已撤回", "withdrawn";
        CaseClosed = "case.closed", "已办结", "closed";
        CaseReopened = "case.reopened", "重新办理", "reopened";
        CaseRated = "case.rated", "已评价", "rated";
        CaseAnswered = "case.answered", "已答复", "answered";
        AssignmentDispatched = "assignment.dispatched", "已派单", "dispatched";
        AssignmentSigned = "assignment.signed", "已签收", "signed for";
        AssignmentContacted = "assignment.contacted", "已联系", "contacted";
        AssignmentReturned = "assignment.returned", "已退单", "returned";
        AssignmentRedirected = "assignment.redirected", "已改派", "redirected";
        AssignmentReturnRefused = "assignment.return_refused", "退单未获同意", "return refused";
        AssignmentReplied = "assignment.replied", "已回复", "replied";
        AssignmentReplyRejected = "assignment.reply_rejected", "答复被退回", "reply sent back";
        ClockOpened = "clock.opened", "开始计时", "limit began";
        ClockWarned = "clock.warned", "期限将至", "limit near";
        ClockExpired = "clock.expired", "已超期", "limit passed";
        ClockMet = "clock.met", "已在期限前完成", "limit met";
        NoticeFailed = "notice.failed", "通知未送达", "notice not delivered";
        FollowUpOpened = "followup.opened", "开始回访", "follow-up opened";
        FollowUpCompleted = "followup.completed", "回访完成", "follow-up completed";
    }
    /// Who is told.
    Audience: "audience" {
        Citizen = "citizen", "群众", "citizen";
        Unit = "unit", "承办单位", "unit";
        Centre = "centre", "中心", "centre";
        Supervisor = "supervisor", "督办", "supervisor";
        Leader = "leader", "领导", "leader";
    }
    /// What a pack names as the way to somebody.
    Way: "channel" {
        Sms = "sms", "短信", "text message";
        Email = "email", "邮件", "mail";
        Inbox = "inbox", "站内", "inbox";
    }
    /// What a text may name.
    Variable: "variable" {
        CaseNumber = "case_number", "编号", "case number";
        Kind = "kind", "诉求类型", "kind";
        ReceivedOn = "received_on", "收到日期", "day of receipt";
        Unit = "unit", "承办单位", "unit";
        DueOn = "due_on", "到期日", "due day";
        Clock = "clock", "期限", "limit";
        Reason = "reason", "原因", "reason";
        ReferTo = "refer_to", "可反映的单位", "where to turn";
        TrackUrl = "track_url", "查询地址", "address to follow";
        Grade = "grade", "评价", "grade";
        Round = "round", "办理轮次", "round";
    }
    /// What a clock measures.
    ClockName: "clock name" {
        Accept = "accept", "受理", "acceptance";
        Sign = "sign", "签收", "signing for it";
        Contact = "contact", "联系", "first contact";
        Handle = "handle", "办理", "handling";
        Review = "review", "审核", "review";
        Reply = "reply", "答复", "reply";
        FollowUp = "follow_up", "回访", "follow-up";
    }
    /// What a message wants (诉求类型).
    Kind: "kind" {
        Consultation = "consultation", "咨询", "consultation";
        Help = "help", "求助", "request for help";
        Complaint = "complaint", "投诉", "complaint";
        Report = "report", "举报", "report of wrongdoing";
        Suggestion = "suggestion", "建议", "suggestion";
        Praise = "praise", "表扬", "praise";
        Other = "other", "其他", "other";
    }
    /// How satisfied the citizen is (政务服务好差评).
    Grade: "grade" {
        VeryGood = "very-good", "非常满意", "very satisfied";
        Good = "good", "满意", "satisfied";
        Fair = "fair", "基本满意", "fairly satisfied";
        Poor = "poor", "不满意", "dissatisfied";
        VeryPoor = "very-poor", "非常不满意", "very dissatisfied";
    }
}

impl Happening {
    /// Says whether the event can give this variable a value; a text that names another would always read `—`.
    #[must_use]
    pub const fn gives(self, variable: Variable) -> bool {
        match variable {
            Variable::CaseNumber | Variable::Kind | Variable::ReceivedOn | Variable::TrackUrl => true,
            Variable::Unit => !matches!(self, Self::CaseRegistered | Self::CaseAccepted | Self::CaseDeclined),
            Variable::DueOn | Variable::Clock => {
                matches!(self, Self::ClockOpened | Self::ClockWarned | Self::ClockExpired)
            }
            Variable::Reason => matches!(
                self,
                Self::CaseDeclined
                    | Self::CaseReopened
                    | Self::AssignmentReturned
                    | Self::AssignmentReturnRefused
                    | Self::AssignmentReplyRejected
                    | Self::NoticeFailed
            ),
            Variable::ReferTo => matches!(self, Self::CaseDeclined),
            Variable::Grade => matches!(self, Self::CaseRated),
            Variable::Round => matches!(
                self,
                Self::CaseReopened
                    | Self::CaseRated
                    | Self::CaseClosed
                    | Self::CaseAnswered
                    | Self::AssignmentDispatched
                    | Self::FollowUpOpened
                    | Self::ClockOpened
            ),
        }
    }
}
