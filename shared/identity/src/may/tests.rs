//! The rows of the table that matter most, asked one by one.

use super::*;
use uuid::Uuid;

fn unit(code: &str) -> UnitCode {
    code.parse().unwrap()
}

fn staff(role: Role) -> Claims {
    Claims {
        sub: Uuid::nil(),
        role,
        roles: vec![role],
        unit: Some(unit("water-bureau")),
        region: Some("511600".parse().unwrap()),
        case: None,
        exp: i64::MAX,
    }
}

fn actions(case: CaseId, of: &str, region: &str) -> Vec<Action> {
    vec![
        Action::RegisterCase,
        Action::ReadCase { case, unit: Some(unit(of)), region: Some(region.parse().unwrap()) },
        Action::ListCases,
        Action::ReadParty,
        Action::DecideAcceptance,
        Action::Dispatch,
        Action::ReviewReturn,
        Action::SignFor { unit: unit(of) },
        Action::Handle { unit: unit(of) },
        Action::ReviewReply,
        Action::Release,
        Action::Rate { case },
        Action::Reopen { case },
        Action::Supplement { case },
        Action::Withdraw { case },
        Action::FollowUp,
        Action::Supervise,
        Action::ReadReports,
        Action::Import,
        Action::ReplyHistoric,
        Action::Administer,
        Action::ReadDossier,
        Action::ReadNotices,
        Action::Audit,
        Action::RecordContact,
        Action::ReviewContact,
        Action::SetFlag,
        Action::ManageKnowledge,
        Action::ProposeKnowledge { unit: unit(of) },
        Action::ManageReception,
        Action::Moderate,
        Action::NameHands,
        Action::ReadSealed,
        Action::Instruct,
        Action::TakeCharge,
        Action::Inspect,
        Action::ManageCatalogue,
        Action::ProposeCatalogue { unit: unit(of) },
        Action::Settle,
        Action::Merge,
        Action::ReviewPetition,
        Action::Archive,
        Action::ListenIn,
        Action::RequestMaterials { unit: Some(unit(of)) },
    ]
}

fn granted(claims: &Claims, actions: &[Action]) -> Vec<&'static str> {
    actions.iter().filter(|action| may(claims, action).is_ok()).map(|action| action.words().0).collect()
}

#[test]
fn a_citizen_touches_the_one_case_of_the_token() {
    let case = CaseId::fresh();
    let citizen = Claims::citizen(case, i64::MAX);
    let own = granted(&citizen, &actions(case, "water-bureau", "511602"));
    assert_eq!(own, ["register_case", "read_case", "rate", "reopen", "supplement", "withdraw"]);
    let other = granted(&citizen, &actions(CaseId::fresh(), "water-bureau", "511602"));
    assert_eq!(other, ["register_case"]);
    let without = Claims { case: None, ..citizen };
    assert_eq!(granted(&without, &actions(case, "water-bureau", "511602")), ["register_case"]);
}

#[test]
fn an_officer_acts_for_one_unit_only() {
    let case = CaseId::fresh();
    let own = granted(&staff(Role::Officer), &actions(case, "water-bureau", "511602"));
    let expected = [
        "read_case",
        "list_cases",
        "read_party",
        "sign_for",
        "handle",
        "read_reports",
        "read_dossier",
        "propose_knowledge",
        "propose_catalogue",
        "request_materials",
    ];
    assert_eq!(own, expected);
    let other = granted(&staff(Role::Officer), &actions(case, "roads-bureau", "511602"));
    assert_eq!(other, ["list_cases", "read_party", "read_reports", "read_dossier"]);
    let nowhere = Claims { unit: None, ..staff(Role::Officer) };
    assert!(may(&nowhere, &Action::Handle { unit: unit("water-bureau") }).is_err());
}

#[test]
fn the_importer_imports_and_replies_for_historic_cases() {
    let all = actions(CaseId::fresh(), "water-bureau", "511602");
    assert_eq!(granted(&staff(Role::Importer), &all), ["import", "reply_historic"]);
}

#[test]
fn the_auditor_reads_and_changes_nothing() {
    let all = actions(CaseId::fresh(), "roads-bureau", "511602");
    let expected = ["read_case", "list_cases", "read_reports", "read_dossier", "read_notices", "audit"];
    assert_eq!(granted(&staff(Role::Auditor), &all), expected);
}

#[test]
fn the_administrator_sees_no_case() {
    let all = actions(CaseId::fresh(), "water-bureau", "511602");
    let expected = [
        "read_reports",
        "import",
        "administer",
        "audit",
        "manage_knowledge",
        "manage_reception",
        "manage_catalogue",
    ];
    assert_eq!(granted(&staff(Role::Admin), &all), expected);
}

#[test]
fn the_reviewer_reviews_returns_and_dispatches_nothing() {
    let all = actions(CaseId::fresh(), "roads-bureau", "511602");
    for role in Role::ALL {
        let may_do = granted(&staff(role), &all);
        let reviews = matches!(role, Role::Dispatcher | Role::Reviewer);
        assert_eq!(may_do.contains(&"review_return"), reviews, "{role}");
        assert_eq!(may_do.contains(&"dispatch"), role == Role::Dispatcher, "{role}");
    }
}

#[test]
fn only_the_keeper_names_hands_and_only_the_inspector_inspects() {
    let all = actions(CaseId::fresh(), "roads-bureau", "511602");
    for role in Role::ALL {
        let may_do = granted(&staff(role), &all);
        let keeps = may_do.contains(&"name_hands") || may_do.contains(&"read_sealed");
        assert_eq!(keeps, role == Role::Keeper, "{role}");
        assert_eq!(may_do.contains(&"inspect"), role == Role::Inspector, "{role}");
        assert_eq!(may_do.contains(&"listen_in"), role == Role::Supervisor, "{role}");
        assert_eq!(may_do.contains(&"instruct"), role == Role::Leader, "{role}");
    }
}

#[test]
fn staff_bound_to_a_region_read_no_case_outside_it() {
    let read = |region: &str| Action::ReadCase {
        case: CaseId::fresh(),
        unit: None,
        region: Some(region.parse().unwrap()),
    };
    for role in [
        Role::Operator,
        Role::Dispatcher,
        Role::Reviewer,
        Role::Supervisor,
        Role::Leader,
        Role::Auditor,
        Role::Keeper,
        Role::Inspector,
    ] {
        assert!(may(&staff(role), &read("511602")).is_ok(), "{role}");
        assert!(may(&staff(role), &read("511502")).is_err(), "{role}");
        let unbound = Claims { region: None, ..staff(role) };
        assert!(may(&unbound, &read("511502")).is_ok(), "{role}");
    }
}

#[test]
fn several_roles_add_up_and_the_primary_one_is_the_actor() {
    let both = Claims { roles: vec![Role::Dispatcher, Role::Reviewer], ..staff(Role::Dispatcher) };
    assert!(may(&both, &Action::Dispatch).is_ok() && may(&both, &Action::Release).is_ok());
    assert_eq!(both.actor(), "dispatcher:00000000-0000-0000-0000-000000000000");
    assert_eq!(Claims::citizen(CaseId::fresh(), 0).actor(), "citizen");
}

#[test]
fn each_role_reads_back_from_its_word() {
    for role in Role::ALL {
        assert_eq!(role.as_str().parse(), Ok(role));
    }
}
