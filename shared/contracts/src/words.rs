//! Small vocabularies that several events share. Unknown words are an error, never a guess.

use serde::{Deserialize, Serialize};

macro_rules! vocabulary {
    ($($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $text:literal, $zh:literal;)+ })+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum $name {
            $($(#[$vdoc])* #[serde(rename = $text)] $variant,)+
        }

        impl $name {
            /// Every word of this vocabulary.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The word as it stands in JSON, tables and packs.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }

            /// The word as people read it.
            #[must_use]
            pub const fn zh(self) -> &'static str {
                match self { $(Self::$variant => $zh),+ }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = UnknownWord;
            fn from_str(text: &str) -> Result<Self, UnknownWord> {
                Self::ALL.iter().copied().find(|word| word.as_str() == text).ok_or_else(|| UnknownWord {
                    vocabulary: stringify!($name),
                    known: Self::ALL.iter().map(|word| word.as_str()).collect::<Vec<_>>().join(", "),
                })
            }
        }
    )+};
}

/// A word that is not in its vocabulary.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a word of {vocabulary}; known: {known}")]
pub struct UnknownWord {
    /// Which vocabulary was asked.
    pub vocabulary: &'static str,
    /// What it knows.
    pub known: String,
}

vocabulary! {
    /// What a message wants (诉求类型; Beijing regulation art. 2 and the work-order forms in use).
    Kind {
        /// Asks for information.
        Consultation = "consultation", "咨询";
        /// Asks for help.
        Help = "help", "求助";
        /// Complains of a service or a body.
        Complaint = "complaint", "投诉";
        /// Reports a breach of law by others.
        Report = "report", "举报";
        /// Suggests an improvement.
        Suggestion = "suggestion", "建议";
        /// Thanks or praises.
        Praise = "praise", "表扬";
        /// None of these.
        Other = "other", "其他";
    }
    /// The way a message came in (渠道).
    Channel {
        /// The telephone, typed by an operator.
        Phone = "phone", "电话";
        /// A mayor's, county's or bureau's mailbox.
        Mailbox = "mailbox", "信箱";
        /// The public portal.
        Portal = "portal", "门户";
        /// A programme of another body.
        Api = "api", "接口";
        /// A letter on paper.
        Letter = "letter", "来信";
        /// A visit in person.
        Visit = "visit", "来访";
        /// A superior's hand-down.
        Superior = "superior", "上级交办";
        /// A file of an older system.
        Legacy = "legacy", "历史数据";
        /// An application on a phone.
        App = "app", "应用";
        /// A public account or mini programme.
        Wechat = "wechat", "微信";
        /// A short message.
        Sms = "sms", "短信";
        /// Electronic mail.
        Mail = "mail", "邮件";
        /// A citizens' forum.
        Forum = "forum", "论坛";
        /// A fax.
        Fax = "fax", "传真";
        /// A leader's reception day.
        Reception = "reception", "领导接待日";
        /// A leader answering live, on the telephone or online.
        Live = "live", "在线接听";
        /// Press, broadcaster, or their columns.
        Media = "media", "媒体";
        /// A grid worker's report.
        Grid = "grid", "网格";
        /// Handed over by 110, 119, 120 or 122.
        Emergency = "emergency", "紧急热线移交";
        /// Handed over by any other body of the tenant's table.
        Handover = "handover", "其他机构移交";
    }
    /// How soon hands are needed (紧急程度).
    Urgency {
        /// 一般.
        Ordinary = "ordinary", "一般";
        /// 急.
        Urgent = "urgent", "急";
        /// 特急.
        ExtraUrgent = "immediate", "特急";
    }
    /// How a case is handed over.
    Mode {
        /// 转送: the unit answers the citizen itself.
        Forwarding = "forwarding", "转送";
        /// 交办: the unit reports back, the centre reviews and answers.
        Assignment = "assignment", "交办";
    }
    /// A unit's part in a case.
    Part {
        /// 主办.
        Lead = "lead", "主办";
        /// 协办.
        Co = "co", "协办";
    }
    /// What the answer comes to (信访工作条例 art. 32 and the seed of Dazhou).
    Outcome {
        /// 支持.
        Supported = "supported", "支持";
        /// 解释: reasonable but without legal basis.
        Explained = "explained", "解释";
        /// 不支持.
        NotSupported = "not-supported", "不支持";
        /// Answered, outcome not told apart (older systems).
        Answered = "answered", "已答复";
        /// 引导: led to the body or procedure that is competent.
        Referred = "referred", "已引导";
        /// 暂不能解决: explained and kept on the long-term register.
        NotYetPossible = "not-yet-possible", "暂不能解决";
    }
    /// How a case is read (三分类, the seed of Dazhou); apart from urgency.
    Class {
        /// 一般件.
        Ordinary = "ordinary", "一般件";
        /// 急阅件.
        UrgentRead = "urgent-read", "急阅件";
        /// 重要件.
        Important = "important", "重要件";
    }
    /// What came of a contact.
    ContactKind {
        /// Asked for a number or an office.
        Enquiry = "enquiry", "查号";
        /// Answered on the spot.
        Consultation = "consultation", "当场答复";
        /// Thanks.
        Praise = "praise", "表扬";
        /// Abuse or disturbance; facts only, a supervisor decides.
        Abusive = "abusive", "骚扰辱骂";
        /// Hung up before anyone answered; a call back is owed.
        Abandoned = "abandoned", "漏接";
        /// A case came of it.
        Case = "case", "成案";
    }
    /// The three levels of a petition (《信访工作条例》 art. 34 to 36).
    ReviewStage {
        /// 办理.
        Handling = "handling", "办理";
        /// 复查.
        Review = "review", "复查";
        /// 复核.
        Reexamination = "reexamination", "复核";
    }
    /// Whether the matter was solved, as the citizen says (是否解决).
    Solved {
        /// 解决.
        Yes = "yes", "解决";
        /// 部分解决.
        Partly = "partly", "部分解决";
        /// 未解决.
        No = "no", "未解决";
    }
    /// Five grades of satisfaction (政务服务好差评).
    Grade {
        /// 非常满意.
        VeryGood = "very-good", "非常满意";
        /// 满意.
        Good = "good", "满意";
        /// 基本满意.
        Fair = "fair", "基本满意";
        /// 不满意.
        Poor = "poor", "不满意";
        /// 非常不满意.
        VeryPoor = "very-poor", "非常不满意";
    }
}
