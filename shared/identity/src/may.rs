//! Who may do what: one pure function, and the table it stands for.

use ids::{CaseId, RegionCode, UnitCode};

use crate::{Claims, Role};

/// Something that is asked of the suite.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// 登记: write a matter down (the anonymous portal asks nothing; its limits are in intake).
    RegisterCase,
    /// Read one case; give what is known of where it is.
    ReadCase {
        /// The case.
        case: CaseId,
        /// The unit that has it, if one has.
        unit: Option<UnitCode>,
        /// Where it happened.
        region: Option<RegionCode>,
    },
    /// List and search cases; narrow the rows by [`Claims::scope`].
    ListCases,
    /// Read name, telephone and address of who told the matter; ask `ReadCase` as well, and write the reading down.
    ReadParty,
    /// 受理: accept, decline, refer, merge, answer on the spot.
    DecideAcceptance,
    /// 交办、转送: dispatch or redirect to a unit.
    Dispatch,
    /// 退单审核: grant or refuse a return.
    ReviewReturn,
    /// 签收: sign for an assignment of this unit.
    SignFor {
        /// The unit that was given the case.
        unit: UnitCode,
    },
    /// Contact, progress, return, ask for more time, reply, for an assignment of this unit.
    Handle {
        /// The unit that was given the case.
        unit: UnitCode,
    },
    /// 答复审核: approve or reject a unit's reply.
    ReviewReply,
    /// Release an approved answer to the citizen.
    Release,
    /// 评价: rate the answer.
    Rate {
        /// The case.
        case: CaseId,
    },
    /// 重办: ask for another round.
    Reopen {
        /// The case.
        case: CaseId,
    },
    /// 补充: add to what was told.
    Supplement {
        /// The case.
        case: CaseId,
    },
    /// 撤回: take the matter back.
    Withdraw {
        /// The case.
        case: CaseId,
    },
    /// 回访: write down a follow-up call.
    FollowUp,
    /// 督办: order, answer or lift supervision.
    Supervise,
    /// Read indicators and rankings.
    ReadReports,
    /// Bring cases of a legacy file in, with their historic times.
    Import,
    /// Sign, contact and reply for a case that was brought in as historic, for any unit.
    ReplyHistoric,
    /// Accounts, units, calendars, policy packs, dead letters.
    Administer,
    /// Read the dossier of a case; ask `ReadCase` as well.
    ReadDossier,
    /// Read what was told to whom.
    ReadNotices,
    /// Reconcile the services and read who read what.
    Audit,
    /// 记录: write down a contact that makes no case.
    RecordContact,
    /// Decide on abusive calls and on objections to flags.
    ReviewContact,
    /// Set a flag on a case, with grounds and an end.
    SetFlag,
    /// Publish, withdraw and review articles of the knowledge base.
    ManageKnowledge,
    /// Propose an article for this unit.
    ProposeKnowledge {
        /// The unit.
        unit: UnitCode,
    },
    /// Set, hold and close sessions of receptions and live answering.
    ManageReception,
    /// Release, refuse and take down public answers.
    Moderate,
    /// Name the hands of a sealed case and bar units.
    NameHands,
    /// Read any sealed case of the region; named hands are asked for beside.
    ReadSealed,
    /// 批示: instruct.
    Instruct,
    /// 包案: take a case in charge, or name who does.
    TakeCharge,
    /// 纪检督办: open and close the discipline lane.
    Inspect,
    /// Change units and the dispatch catalogue; adopt proposals.
    ManageCatalogue,
    /// Propose a change of the catalogue for this unit.
    ProposeCatalogue {
        /// The unit.
        unit: UnitCode,
    },
    /// Settle a dispute between units.
    Settle,
    /// 并单: merge, link and part cases.
    Merge,
    /// 复查、复核: decide for the higher organ.
    ReviewPetition,
    /// 监听: see which conversations go on, and listen in.
    ListenIn,
    /// 归档: make archive files; decide destruction.
    Archive,
    /// Tell the citizen which materials to bring.
    RequestMaterials {
        /// The unit that has the case, if it asks.
        unit: Option<UnitCode>,
    },
}

/// A refusal, in both languages, for a 403.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not allowed: {action}")]
pub struct Denied {
    /// The action, as in logs.
    pub action: &'static str,
    /// What Chinese readers see.
    pub zh: String,
    /// What English readers see.
    pub en: String,
}

/// Says whether the holder may do this.
///
/// | action | cit | ope | dis | off | rev | sup | lea | imp | age | aud | adm | kee | ins |
/// |---|---|---|---|---|---|---|---|---|---|---|---|---|---|
/// | RegisterCase | ● | ● | ● | | | | | | ● | | | | |
/// | ReadCase | own | reg | reg | unit | reg | reg | reg | | unit | reg | | reg | reg |
/// | ListCases | | ● | ● | ● | ● | ● | ● | | | ● | | ● | ● |
/// | ReadParty | | ● | ● | ● | ● | ● | | | | | | ● | |
/// | DecideAcceptance | | ● | ● | | | | | | | | | | |
/// | Dispatch | | | ● | | | | | | | | | | |
/// | ReviewReturn | | | ● | | ● | | | | | | | | |
/// | SignFor, Handle | | | | unit | | | | | unit | | | | |
/// | ReviewReply, Release | | | | | ● | | | | | | | | |
/// | Rate, Supplement | own | ● | | | | | | | | | | | |
/// | Reopen | own | ● | | | ● | ● | | | | | | | |
/// | Withdraw | own | ● | | | | | | | | | | | |
/// | FollowUp | | ● | | | ● | ● | | | | | | | |
/// | Supervise | | | | | | ● | ● | | | | | | |
/// | ReadReports | | | ● | ● | ● | ● | ● | | | ● | ● | | ● |
/// | Import | | | | | | | | ● | | | ● | | |
/// | ReplyHistoric | | | | | | | | ● | | | | | |
/// | Administer | | | | | | | | | | | ● | | |
/// | ReadDossier | | ● | ● | ● | ● | ● | ● | | | ● | | ● | ● |
/// | ReadNotices | | ● | ● | | ● | ● | | | | ● | | | |
/// | Audit | | | | | | | | | | ● | ● | | |
/// | RecordContact | | ● | ● | | | | | | | | | | |
/// | ReviewContact | | | | | | ● | | | | | | | |
/// | SetFlag | | ● | ● | | | ● | | | | | | | |
/// | ManageKnowledge | | ● | | | | ● | | | | | ● | | |
/// | ProposeKnowledge | | | | unit | | | | | unit | | | | |
/// | ManageReception | | ● | | | | ● | | | | | ● | | |
/// | Moderate | | | | | ● | | | | | | | | |
/// | NameHands | | | | | | | | | | | | ● | |
/// | ReadSealed | | | | | | | | | | | | ● | |
/// | Instruct | | | | | | | ● | | | | | | |
/// | TakeCharge | | | | | | ● | ● | | | | | | |
/// | Inspect | | | | | | | | | | | | | ● |
/// | ManageCatalogue | | | | | | ● | | | | | ● | | |
/// | ProposeCatalogue | | | ● | unit | | | | | unit | | | | |
/// | Settle | | | | | | ● | ● | | | | | | |
/// | Merge | | ● | ● | | | | | | | | | | |
/// | ReviewPetition | | | | | ● | | | | | | | | |
/// | Archive | | ● | | | | ● | | | | | | | |
/// | ListenIn | | | | | | ● | | | | | | | |
/// | RequestMaterials | | ● | ● | unit | | | | | unit | | | | |
///
/// ● yes · own: the one case of the token · unit: the holder's own unit · reg: within the holder's region, where the
/// token and the case have one. Several roles add up. The administrator sees no case: who keeps the accounts does not
/// keep the files. A new role may nothing until a row names it.
///
/// # Errors
/// [`Denied`], in both languages.
pub fn may(claims: &Claims, action: &Action) -> Result<(), Denied> {
    use Role::{
        Admin, Agency, Auditor, Citizen, Dispatcher, Importer, Inspector, Keeper, Leader, Officer, Operator,
        Reviewer, Supervisor,
    };
    let any = |roles: &[Role]| roles.iter().any(|role| claims.has(*role));
    let own = |case: &CaseId| claims.has(Citizen) && claims.case.as_ref() == Some(case);
    let of_unit = |unit: &UnitCode| any(&[Officer, Agency]) && claims.unit.as_ref() == Some(unit);
    let in_region = |region: &Option<RegionCode>| match (&claims.region, region) {
        (Some(bound), Some(region)) => bound.contains(region),
        (None, _) | (_, None) => true,
    };
    let allowed = match action {
        Action::RegisterCase => any(&[Citizen, Operator, Dispatcher, Agency]),
        Action::ReadCase { case, unit, region } => {
            let staff =
                any(&[Operator, Dispatcher, Reviewer, Supervisor, Leader, Auditor, Keeper, Inspector]);
            own(case) || unit.as_ref().is_some_and(of_unit) || (staff && in_region(region))
        }
        Action::ListCases => {
            any(&[Operator, Dispatcher, Officer, Reviewer, Supervisor, Leader, Auditor, Keeper, Inspector])
        }
        Action::ReadParty => any(&[Operator, Dispatcher, Officer, Reviewer, Supervisor, Keeper]),
        Action::DecideAcceptance => any(&[Operator, Dispatcher]),
        Action::Dispatch => any(&[Dispatcher]),
        Action::ReviewReturn => any(&[Dispatcher, Reviewer]),
        Action::SignFor { unit } | Action::Handle { unit } => of_unit(unit),
        Action::ReviewReply | Action::Release => any(&[Reviewer]),
        Action::Rate { case } | Action::Supplement { case } | Action::Withdraw { case } => {
            own(case) || any(&[Operator])
        }
        Action::Reopen { case } => own(case) || any(&[Operator, Reviewer, Supervisor]),
        Action::FollowUp => any(&[Operator, Reviewer, Supervisor]),
        Action::Supervise => any(&[Supervisor, Leader]),
        Action::ReadReports => {
            any(&[Dispatcher, Officer, Reviewer, Supervisor, Leader, Auditor, Admin, Inspector])
        }
        Action::Import => any(&[Importer, Admin]),
        Action::ReplyHistoric => any(&[Importer]),
        Action::Administer => any(&[Admin]),
        Action::ReadDossier => {
            any(&[Operator, Dispatcher, Officer, Reviewer, Supervisor, Leader, Auditor, Keeper, Inspector])
        }
        Action::ReadNotices => any(&[Operator, Dispatcher, Reviewer, Supervisor, Auditor]),
        Action::Audit => any(&[Auditor, Admin]),
        Action::RecordContact => any(&[Operator, Dispatcher]),
        Action::ReviewContact => any(&[Supervisor]),
        Action::SetFlag => any(&[Operator, Dispatcher, Supervisor]),
        Action::ManageKnowledge => any(&[Operator, Supervisor, Admin]),
        Action::ProposeKnowledge { unit } => of_unit(unit),
        Action::ManageReception => any(&[Operator, Supervisor, Admin]),
        Action::Moderate => any(&[Reviewer]),
        Action::NameHands => any(&[Keeper]),
        Action::ReadSealed => any(&[Keeper]),
        Action::Instruct => any(&[Leader]),
        Action::TakeCharge => any(&[Leader, Supervisor]),
        Action::Inspect => any(&[Inspector]),
        Action::ManageCatalogue => any(&[Admin, Supervisor]),
        Action::ProposeCatalogue { unit } => of_unit(unit) || any(&[Dispatcher]),
        Action::Settle => any(&[Supervisor, Leader]),
        Action::Merge => any(&[Operator, Dispatcher]),
        Action::ReviewPetition => any(&[Reviewer]),
        Action::Archive => any(&[Operator, Supervisor]),
        Action::ListenIn => any(&[Supervisor]),
        Action::RequestMaterials { unit } => {
            unit.as_ref().is_some_and(of_unit) || any(&[Operator, Dispatcher])
        }
    };
    if allowed { Ok(()) } else { Err(Denied::of(action)) }
}

impl Denied {
    fn of(action: &Action) -> Self {
        let (word, zh, en) = action.words();
        Self { action: word, zh: format!("您无权{zh}。"), en: format!("You may not {en}.") }
    }
}

impl Action {
    fn words(&self) -> (&'static str, &'static str, &'static str) {
        match self {
            Action::RegisterCase => ("register_case", "登记诉求", "register cases"),
            Action::ReadCase { .. } => ("read_case", "查看该诉求", "read this case"),
            Action::ListCases => ("list_cases", "查询诉求列表", "list cases"),
            Action::ReadParty => ("read_party", "查看诉求人信息", "read who told the matter"),
            Action::DecideAcceptance => ("decide_acceptance", "作出受理决定", "decide acceptance"),
            Action::Dispatch => ("dispatch", "派单（交办、转送）", "dispatch cases"),
            Action::ReviewReturn => ("review_return", "审核退单", "review returns"),
            Action::SignFor { .. } => ("sign_for", "代该单位签收", "sign for this unit"),
            Action::Handle { .. } => ("handle", "代该单位办理", "handle cases of this unit"),
            Action::ReviewReply => ("review_reply", "审核答复", "review replies"),
            Action::Release => ("release", "发布答复", "release answers"),
            Action::Rate { .. } => ("rate", "评价该诉求", "rate this case"),
            Action::Reopen { .. } => ("reopen", "申请重办该诉求", "reopen this case"),
            Action::Supplement { .. } => ("supplement", "补充该诉求", "add to this case"),
            Action::Withdraw { .. } => ("withdraw", "撤回该诉求", "withdraw this case"),
            Action::FollowUp => ("follow_up", "回访", "write down follow-ups"),
            Action::Supervise => ("supervise", "督办", "supervise"),
            Action::ReadReports => ("read_reports", "查看统计报表", "read reports"),
            Action::Import => ("import", "导入历史数据", "import cases"),
            Action::ReplyHistoric => ("reply_historic", "补录历史答复", "reply to imported cases"),
            Action::Administer => ("administer", "管理系统", "administer"),
            Action::ReadDossier => ("read_dossier", "查看办理档案", "read dossiers"),
            Action::ReadNotices => ("read_notices", "查看告知记录", "read notices"),
            Action::Audit => ("audit", "审计", "audit"),
            Action::RecordContact => ("record_contact", "记录来电来件", "record contacts"),
            Action::ReviewContact => {
                ("review_contact", "裁定骚扰来电与异议", "decide on abusive calls and objections")
            }
            Action::SetFlag => ("set_flag", "设置标记", "set flags"),
            Action::ManageKnowledge => ("manage_knowledge", "维护知识库", "keep the knowledge base"),
            Action::ProposeKnowledge { .. } => {
                ("propose_knowledge", "为该单位报送知识", "propose articles for this unit")
            }
            Action::ManageReception => ("manage_reception", "管理接待日", "manage receptions"),
            Action::Moderate => ("moderate", "审核公开答复", "moderate public answers"),
            Action::NameHands => ("name_hands", "指定知悉人员", "name the hands of sealed cases"),
            Action::ReadSealed => ("read_sealed", "查看密件", "read sealed cases"),
            Action::Instruct => ("instruct", "批示", "instruct"),
            Action::TakeCharge => ("take_charge", "包案", "take cases in charge"),
            Action::Inspect => ("inspect", "纪检督办", "supervise discipline"),
            Action::ManageCatalogue => ("manage_catalogue", "维护派单目录", "keep the dispatch catalogue"),
            Action::ProposeCatalogue { .. } => {
                ("propose_catalogue", "为该单位提出目录调整", "propose changes of the catalogue")
            }
            Action::Settle => ("settle", "裁定争议", "settle disputes"),
            Action::Merge => ("merge", "并单", "merge cases"),
            Action::ReviewPetition => ("review_petition", "复查复核", "review petitions"),
            Action::Archive => ("archive", "归档", "archive"),
            Action::ListenIn => ("listen_in", "监听通话", "listen in"),
            Action::RequestMaterials { .. } => ("request_materials", "一次性告知材料", "ask for materials"),
        }
    }
}

#[cfg(test)]
mod tests;
