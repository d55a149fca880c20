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

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = <String as serde::Deserialize>::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
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
        CaseClassified = "case.classified", "重新分类", "classified anew";
        CaseMerged = "case.merged", "已并单", "merged";
        CaseUnmerged = "case.unmerged", "撤销并单", "parted again";
        CaseLinked = "case.linked", "已关联", "linked";
        CaseRenewed = "case.renewed", "有新情况", "new facts";
        CaseFlagged = "case.flagged", "已标注", "flagged";
        CaseFlagLifted = "case.flag_lifted", "标注已撤", "flag lifted";
        CaseMaterialsRequested = "case.materials_requested", "一次性告知材料", "materials asked for";
        CaseMaterialsReceived = "case.materials_received", "材料已收", "materials received";
        CaseNoticeIssued = "case.notice_issued", "已出具告知书", "written notice issued";
        CaseHandedOver = "case.handed_over", "已移交", "handed over";
        CaseReportedUp = "case.reported_up", "已上报", "reported up";
        CasePublished = "case.published", "已公开", "published";
        CaseUnpublished = "case.unpublished", "撤下公开", "taken down";
        CasePaused = "case.paused", "暂停计时", "paused";
        CaseResumed = "case.resumed", "恢复计时", "resumed";
        CaseDeferred = "case.deferred", "暂不能解决", "deferred";
        CaseUndeferred = "case.undeferred", "移出长期台账", "no longer deferred";
        CaseCharged = "case.charged", "已包案", "taken in charge";
        CaseDischarged = "case.discharged", "包案结束", "charge ended";
        CaseTerminated = "case.terminated", "已终结", "terminated";
        AssignmentProgressed = "assignment.progressed", "办理进展", "a step taken";
        AssignmentDisputed = "assignment.disputed", "存在争议", "disputed";
        AssignmentSettled = "assignment.settled", "争议已定", "settled";
        InstructionIssued = "instruction.issued", "领导批示", "instructed";
        InstructionReported = "instruction.reported", "批示已报告", "reported on";
        OpinionIssued = "opinion.issued", "意见书已出具", "opinion issued";
        ReviewRequested = "review.requested", "申请复查复核", "review asked for";
        ReviewRefused = "review.refused", "复查复核不予受理", "review refused";
        ReviewAccepted = "review.accepted", "复查复核已受理", "review taken up";
        OpinionExtended = "opinion.extended", "意见书延期", "opinion extended";
        CaseRemanded = "case.remanded", "责令重办", "sent back";
        ClockPaused = "clock.paused", "期限暂停", "limit stands still";
        ClockResumed = "clock.resumed", "期限恢复", "limit runs again";
        ClockExtended = "clock.extended", "期限延长", "limit extended";
        ClockExplained = "clock.explained", "已说明情况", "lateness explained";
        ClockRecomputed = "clock.recomputed", "期限调整", "limit moved";
        SupervisionOrdered = "supervision.ordered", "已发督办", "supervision ordered";
        SupervisionAnswered = "supervision.answered", "督办已回复", "supervision answered";
        SupervisionEscalated = "supervision.escalated", "督办升级", "supervision escalated";
        SupervisionLifted = "supervision.lifted", "督办解除", "supervision lifted";
        NoticeFailed = "notice.failed", "通知未送达", "notice not delivered";
        FollowUpOpened = "followup.opened", "开始回访", "follow-up opened";
        FollowUpCompleted = "followup.completed", "回访完成", "follow-up completed";
        CaseCopied = "case.copied", "已抄送", "copied";
        FindingRaised = "finding.raised", "发现问题", "a defect found";
        ExclusionDecided = "exclusion.decided", "剔除申诉已裁定", "an appeal was decided";
        AlertRaised = "alert.raised", "预警", "early warning";
        ReportPublished = "report.published", "报告已出", "report made";
        SubscriptionSuspended = "subscription.suspended", "推送中止", "push suspended";
        ReceptionPublished = "reception.published", "接待已公布", "reception announced";
        ReceptionCancelled = "reception.cancelled", "接待取消", "reception cancelled";
        ReceptionMoved = "reception.moved", "接待改期", "reception moved";
        BookingChanged = "booking.changed", "预约变动", "booking changed";
        DisclosureProgressed = "disclosure.progressed", "依申请公开进展", "news on a request for disclosure";
    }
    /// Who is told.
    Audience: "audience" {
        Citizen = "citizen", "群众", "citizen";
        Unit = "unit", "承办单位", "unit";
        Officer = "officer", "承办人", "officer";
        Centre = "centre", "中心", "centre";
        Supervisor = "supervisor", "督办", "supervisor";
        Leader = "leader", "领导", "leader";
        InCharge = "in-charge", "分管领导", "leader in charge";
        County = "county", "区县", "county";
    }
    /// What a pack names as the way to somebody.
    Way: "channel" {
        Sms = "sms", "短信", "text message";
        Email = "email", "邮件", "mail";
        Wechat = "wechat", "微信", "WeChat";
        Wecom = "wecom", "企业微信", "WeCom";
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
        Count = "count", "件数", "count";
        Until = "until", "截止日", "until";
        ServedOn = "served_on", "送达日", "day of service";
        Form = "form", "文书", "form";
        Serial = "serial", "文号", "serial number";
        Stage = "stage", "环节", "stage";
        Result = "result", "结果", "result";
        Step = "step", "步骤", "step";
        Body = "body", "机构", "body";
        Charge = "charge", "包案方式", "charge";
        Rank = "rank", "级别", "rank";
        Since = "since", "起始时间", "since";
        Area = "area", "地区", "area";
        Kinds = "kinds", "类型分布", "by kind";
        Answered = "answered", "已答复", "answered";
        Overdue = "overdue", "超期", "overdue";
        Hours = "hours", "小时", "hours";
        Title = "title", "标题", "heading";
        Subject = "subject", "事项", "subject";
        Previous = "previous", "以往件数", "count before";
        SessionOn = "session_on", "接待日", "day of the reception";
        NextOn = "next_on", "新的接待日", "new day of the reception";
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
        Dispatch = "dispatch", "派单", "dispatch";
        Return = "return", "退单", "return";
        Assist = "assist", "协办", "assistance";
        Interim = "interim", "阶段报告", "interim report";
        Notice = "notice", "告知", "written notice";
        Materials = "materials", "补充材料", "materials";
        Settle = "settle", "争议裁定", "settling of a dispute";
        Instruction = "instruction", "批示件", "instruction";
        ReportUp = "report_up", "上报", "report upward";
        Deferred = "deferred", "长期台账复核", "review of what waits";
        AskReview = "ask_review", "申请复查", "asking for review";
        Recheck = "recheck", "复查", "review";
        AskReexamine = "ask_reexamine", "申请复核", "asking for re-examination";
        Reexamine = "reexamine", "复核", "re-examination";
        Explanation = "explanation", "情况说明", "explanation";
        Supervision = "supervision", "督办回复", "answer to supervision";
        Age = "age", "久拖未结", "age of a case";
        FastWarn = "fast_warn", "快预警", "fast warning";
        FastDiscover = "fast_discover", "快发现", "fast discovery";
        FastCounsel = "fast_counsel", "快疏导", "fast counsel";
        FastDissolve = "fast_dissolve", "快化解", "fast resolution";
        FastEnd = "fast_end", "快罢访", "fast end";
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
    /// Says whether it happens to a case. What does not is about a place, a period or somebody outside.
    #[must_use]
    pub const fn is_of_case(self) -> bool {
        !matches!(self, Self::AlertRaised | Self::ReportPublished | Self::SubscriptionSuspended)
    }

    /// Says whether it names a place, of which a county can be told.
    #[must_use]
    pub const fn is_of_place(self) -> bool {
        matches!(self, Self::AlertRaised | Self::ReportPublished)
    }
}

impl ClockName {
    /// Says whether it is a right of the citizen: it lapses, and nobody is late.
    #[must_use]
    pub const fn is_right(self) -> bool {
        matches!(self, Self::AskReview | Self::AskReexamine)
    }
}

impl Audience {
    /// Says whether those told are a unit's: its code says who.
    #[must_use]
    pub const fn is_of_unit(self) -> bool {
        matches!(self, Self::Unit | Self::Officer | Self::InCharge)
    }
}
