//! The formula of each figure in words, published beside the figures.

/// What one figure is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Definition {
    /// The field of a row.
    pub field: &'static str,
    /// The definition in Chinese; for a rate, numerator over denominator.
    pub zh: &'static str,
    /// The definition in English.
    pub en: &'static str,
}

/// Every figure of a row, in the order of its fields.
pub const DEFINITIONS: [Definition; 9] = [
    Definition {
        field: "cases",
        zh: "统计期内收到并受理的诉求数",
        en: "cases received in the period and accepted",
    },
    Definition {
        field: "answered", zh: "其中已首次答复的", en: "of these, those with a first answer"
    },
    Definition {
        field: "due",
        zh: "应办结数：已设时限且已答复，或时限日早于统计日且未撤回、未终止的",
        en: "those with a due day that are answered, or whose due day lies before the as-of day and that were not withdrawn or ended unanswered",
    },
    Definition {
        field: "in_time",
        zh: "按时办结数：首次答复日不晚于时限日（时限日全天计入，北京时间）",
        en: "those first answered on or before the due day, which counts whole (Asia/Shanghai)",
    },
    Definition {
        field: "rate",
        zh: "按时办结率：分子 in_time，分母 due；分母为零时无值",
        en: "numerator in_time, denominator due; no value when due is 0",
    },
    Definition {
        field: "median_workdays",
        zh: "已答复件办理工作日的中位数：收到次日起算，答复当日计入",
        en: "median over the answered of the working days after the day of receipt up to and including the day of the first answer",
    },
    Definition {
        field: "p90_workdays",
        zh: "已答复件办理工作日的第90百分位数",
        en: "90th percentile of the same",
    },
    Definition {
        field: "open",
        zh: "未答复且未撤回、未终止的",
        en: "neither answered nor withdrawn nor ended",
    },
    Definition {
        field: "overdue",
        zh: "其中时限日早于统计日的",
        en: "of the open ones, those whose due day lies before the as-of day",
    },
];
