//! 三本登记: the three registrations of a matter (收文登记、流程登记、办结登记) as a view of its dossier.

/// One of the three registers that the field keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Register {
    /// 收文登记: what came in, and what was added to it.
    Receipt,
    /// 流程登记: every hand it went through.
    Course,
    /// 办结登记: how it ended, and what was said of that.
    Closure,
}

impl Register {
    /// Every register, in the order of a file.
    pub const ALL: [Self; 3] = [Self::Receipt, Self::Course, Self::Closure];

    /// The word in JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        self.words().0
    }

    /// The label that Chinese readers see.
    #[must_use]
    pub const fn zh(self) -> &'static str {
        self.words().1
    }

    /// The label that English readers see.
    #[must_use]
    pub const fn en(self) -> &'static str {
        self.words().2
    }

    const fn words(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Receipt => ("receipt", "收文登记", "register of receipts"),
            Self::Course => ("course", "流程登记", "register of the course"),
            Self::Closure => ("closure", "办结登记", "register of closures"),
        }
    }
}

/// Says in which register an entry of the dossier stands. Every entry stands in exactly one.
#[must_use]
pub fn register_of(kind: &str) -> Register {
    match kind {
        "case.registered"
        | "case.supplemented"
        | "case.attached"
        | "case.materials_received"
        | "case.merged"
        | "case.linked" => Register::Receipt,
        "case.declined" | "case.withdrawn" | "case.answered" | "case.closed" | "case.rated"
        | "case.terminated" | "case.published" | "case.unpublished" | "case.archived" | "followup.opened"
        | "followup.completed" | "archive.destroyed" => Register::Closure,
        _ => Register::Course,
    }
}
