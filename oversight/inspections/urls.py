"""Addresses of this area."""

from django.urls import URLPattern, path

from oversight.inspections.views import (
    accuracy,
    accuracy_files,
    accuracy_hmip,
    accuracy_log,
    accuracy_osag,
    alerts,
    case,
    data_items,
    embargo,
    fieldwork,
    files,
    in_common,
    information,
    judging,
    notes,
    practice,
    publishing,
    ratings,
    report,
    report_parts,
    sharing,
    standards,
)

CASE: list[URLPattern] = [
    path("inspections", case.inspections, name="inspections"),
    path("inspections.csv", case.inspections_csv, name="inspection-register-csv"),
    path("inspections/schedule", case.schedule, name="inspection-schedule"),
    path("inspections/<slug:reference>", case.inspection, name="inspection"),
    path("inspections/<slug:reference>/announce", case.announce, name="inspection-announce"),
    path("inspections/<slug:reference>/dates", case.change_dates, name="inspection-dates"),
    path("inspections/<slug:reference>/team", case.team, name="inspection-team"),
    path(
        "inspections/<slug:reference>/start-fieldwork",
        case.start_fieldwork,
        name="inspection-start-fieldwork",
    ),
    path(
        "inspections/<slug:reference>/finish-fieldwork",
        case.finish_fieldwork,
        name="inspection-finish-fieldwork",
    ),
    path("inspections/<slug:reference>/pause", case.pause, name="inspection-pause"),
    path("inspections/<slug:reference>/resume", case.resume, name="inspection-resume"),
    path("inspections/<slug:reference>/withdraw", case.withdraw, name="inspection-withdraw"),
    path("inspections/<slug:reference>/replace", case.replace, name="inspection-replace"),
]

INFORMATION: list[URLPattern] = [
    path("inspections/<slug:reference>/information", information.information, name="inspection-information"),
    path("inspections/<slug:reference>/information/ask", information.ask, name="inspection-information-ask"),
    path(
        "inspections/<slug:reference>/information/confirm",
        information.confirm,
        name="inspection-information-confirm",
    ),
    path(
        "inspections/<slug:reference>/information/<int:request_id>",
        information.supply,
        name="inspection-information-supply",
    ),
]

FILES: list[URLPattern] = [
    path("inspections/<slug:reference>/files/<int:file_id>", files.file, name="inspection-file"),
]

PRACTICE: list[URLPattern] = [
    path("effective-practice", practice.effective_practice, name="effective-practice"),
]

ALERTS: list[URLPattern] = [
    path("alerts", alerts.alerts, name="alerts"),
    path("inspections/<slug:reference>/alerts", alerts.of_inspection, name="inspection-alerts"),
    path("inspections/<slug:reference>/alerts/raise", alerts.raise_alert, name="inspection-alert-raise"),
    path("inspections/<slug:reference>/alerts/<int:number>", alerts.alert, name="inspection-alert"),
    path(
        "inspections/<slug:reference>/alerts/<int:number>/acknowledge",
        alerts.acknowledge,
        name="inspection-alert-acknowledge",
    ),
    path(
        "inspections/<slug:reference>/alerts/<int:number>/escalate",
        alerts.escalate,
        name="inspection-alert-escalate",
    ),
    path(
        "inspections/<slug:reference>/alerts/<int:number>/close",
        alerts.close,
        name="inspection-alert-close",
    ),
]

FIELDWORK: list[URLPattern] = [
    path("inspections/<slug:reference>/cases", fieldwork.cases, name="inspection-cases"),
    path("inspections/<slug:reference>/cases/upload", fieldwork.upload, name="inspection-case-list"),
    path("inspections/<slug:reference>/evidence", notes.notes, name="inspection-notes"),
    path("inspections/<slug:reference>/cases/draw", fieldwork.draw, name="inspection-case-draw"),
    path("inspections/<slug:reference>/cases/totals", judging.case_totals, name="inspection-totals"),
    path("inspections/<slug:reference>/cases/<int:number>", judging.judge, name="inspection-case"),
    path(
        "inspections/<slug:reference>/cases/<int:number>/leave-out",
        fieldwork.leave_out,
        name="inspection-case-leave-out",
    ),
]

RATINGS: list[URLPattern] = [
    path("inspections/<slug:reference>/ratings", ratings.ratings, name="inspection-ratings"),
    path(
        "inspections/<slug:reference>/ratings/<slug:standard>/propose",
        ratings.propose,
        name="inspection-rating-propose",
    ),
    path(
        "inspections/<slug:reference>/ratings/proposals/<int:proposal_id>",
        ratings.decide,
        name="inspection-rating-decide",
    ),
]

SHARING: list[URLPattern] = [
    path("inspections/<slug:reference>/sharing", sharing.shares, name="inspection-shares"),
    path("inspections/<slug:reference>/sharing/give", sharing.give, name="inspection-share-give"),
    path("inspections/<slug:reference>/sharing/<int:share_id>/end", sharing.end, name="inspection-share-end"),
    path(
        "inspections/<slug:reference>/sharing/<int:share_id>/readings",
        sharing.readings,
        name="inspection-share-readings",
    ),
]

IN_COMMON: list[URLPattern] = [
    path("inspections/<slug:reference>/in-common", in_common.index, name="inspection-in-common"),
    path(
        "inspections/<slug:reference>/in-common/<slug:theme>",
        in_common.share,
        name="inspection-in-common-share",
    ),
]

CHECKS: list[URLPattern] = [
    path("inspections/figures-to-check", data_items.checks, name="inspection-data-checks"),
]

_REPORT = "inspections/<slug:reference>/report"
REPORT: list[URLPattern] = [
    path(_REPORT, report.overview, name="inspection-report"),
    path(f"{_REPORT}/sections/<slug:key>", report.section, name="inspection-report-section"),
    path(f"{_REPORT}/practice/<int:note>", report_parts.practice, name="inspection-report-practice"),
    path(
        f"{_REPORT}/recommendations", report_parts.recommendations, name="inspection-report-recommendations"
    ),
    path(
        f"{_REPORT}/recommendations/add", report_parts.add_recommendation, name="inspection-report-recommend"
    ),
    path(
        f"{_REPORT}/recommendations/<int:number>",
        report_parts.recommendation,
        name="inspection-report-recommendation",
    ),
    path(f"{_REPORT}/figures", data_items.data_items, name="inspection-report-data"),
    path(f"{_REPORT}/figures/add", data_items.add_data_item, name="inspection-report-data-add"),
    path(f"{_REPORT}/figures/<int:number>", data_items.data_item, name="inspection-report-data-item"),
    path(f"{_REPORT}/figures/<int:number>/check", data_items.check, name="inspection-report-data-check"),
    path(f"{_REPORT}/versions", report.version_list, name="inspection-report-versions"),
    path(f"{_REPORT}/versions/compare", report.compare, name="inspection-report-compare"),
    path(f"{_REPORT}/versions/<int:number>", report.version_page, name="inspection-report-version"),
]

ACCURACY: list[URLPattern] = [
    path("accuracy-checks", accuracy.checks, name="accuracy-checks"),
    path("inspections/<slug:reference>/accuracy", accuracy.overview, name="inspection-accuracy"),
    path("inspections/<slug:reference>/accuracy/send", accuracy_hmip.send, name="inspection-accuracy-send"),
    path(
        "inspections/<slug:reference>/accuracy/send-again",
        accuracy_hmip.send_again,
        name="inspection-accuracy-send-again",
    ),
    path("inspections/<slug:reference>/accuracy/draft", accuracy.draft, name="inspection-accuracy-draft"),
    path(
        "inspections/<slug:reference>/accuracy/comment", accuracy.comment, name="inspection-accuracy-comment"
    ),
    path(
        "inspections/<slug:reference>/accuracy/hand-in/<int:ask_id>",
        accuracy.hand_in,
        name="inspection-accuracy-hand-in",
    ),
    path(
        "inspections/<slug:reference>/accuracy/commission",
        accuracy_osag.commission,
        name="inspection-accuracy-commission",
    ),
    path(
        "inspections/<slug:reference>/accuracy/contributors/<int:ask_id>",
        accuracy_osag.contributor,
        name="inspection-accuracy-contributor",
    ),
    path(
        "inspections/<slug:reference>/accuracy/points", accuracy_log.points, name="inspection-accuracy-points"
    ),
    path(
        "inspections/<slug:reference>/accuracy/log.<slug:kind>",
        accuracy_files.log_file,
        name="inspection-accuracy-log",
    ),
    path(
        "inspections/<slug:reference>/accuracy/fill-in.<slug:kind>",
        accuracy_files.sheet,
        name="inspection-accuracy-sheet",
    ),
    path(
        "inspections/<slug:reference>/accuracy/import",
        accuracy_files.take,
        name="inspection-accuracy-import",
    ),
    path(
        "inspections/<slug:reference>/accuracy/points/clear",
        accuracy_osag.clear,
        name="inspection-accuracy-clear",
    ),
    path(
        "inspections/<slug:reference>/accuracy/points/<int:number>",
        accuracy_log.point,
        name="inspection-accuracy-point",
    ),
    path(
        "inspections/<slug:reference>/accuracy/points/<int:number>/change",
        accuracy.change,
        name="inspection-accuracy-change",
    ),
    path(
        "inspections/<slug:reference>/accuracy/points/<int:number>/withdraw",
        accuracy.withdraw,
        name="inspection-accuracy-withdraw",
    ),
    path(
        "inspections/<slug:reference>/accuracy/points/<int:number>/evidence",
        accuracy.evidence,
        name="inspection-accuracy-evidence",
    ),
    path(
        "inspections/<slug:reference>/accuracy/points/<int:number>/merge",
        accuracy_osag.merge,
        name="inspection-accuracy-merge",
    ),
    path(
        "inspections/<slug:reference>/accuracy/points/<int:number>/hold-back",
        accuracy_osag.hold_back,
        name="inspection-accuracy-hold-back",
    ),
    path(
        "inspections/<slug:reference>/accuracy/points/<int:number>/take-up",
        accuracy_osag.take_up,
        name="inspection-accuracy-take-up",
    ),
    path(
        "inspections/<slug:reference>/accuracy/points/<int:number>/decide",
        accuracy_hmip.decide,
        name="inspection-accuracy-decide",
    ),
    path(
        "inspections/<slug:reference>/accuracy/points/<int:number>/disagree",
        accuracy_log.disagree,
        name="inspection-accuracy-disagree",
    ),
    path(
        "inspections/<slug:reference>/accuracy/return",
        accuracy_osag.return_response,
        name="inspection-accuracy-return",
    ),
    path("inspections/<slug:reference>/accuracy/date", accuracy_log.date, name="inspection-accuracy-date"),
    path(
        "inspections/<slug:reference>/accuracy/final", accuracy_hmip.final, name="inspection-accuracy-final"
    ),
]

STANDARDS: list[URLPattern] = [
    path("standards", standards.standards, name="standards"),
    path("standards/propose", standards.propose_new, name="standards-propose-new"),
    path("standards/proposals/<int:proposal_id>", standards.proposal, name="standards-proposal"),
    *(
        path(
            f"standards/proposals/<int:proposal_id>/{page.address.removeprefix('standards-')}",
            standards.step,
            {"act": page.act},
            name=page.address,
        )
        for page in standards.PAGES.values()
    ),
    path("standards/<slug:identifier>", standards.programme, name="standards-programme"),
    path("standards/<slug:identifier>/propose", standards.propose, name="standards-propose"),
    path("standards/<slug:identifier>/<int:number>", standards.version, name="standards-version"),
    path("standards/<slug:identifier>/<int:number>.yaml", standards.version_text, name="standards-text"),
    path("how-oversight-works/standards", standards.public_standards, name="public-standards"),
    path(
        "how-oversight-works/standards/<slug:identifier>/<int:number>",
        standards.public_version,
        name="public-standard",
    ),
]

_PUBLICATION = "inspections/<slug:reference>/publication"
PUBLISHING: list[URLPattern] = [
    path("publishing", publishing.register, name="publishing"),
    path(_PUBLICATION, publishing.publication, name="inspection-publication"),
    path(f"{_PUBLICATION}/preview", publishing.preview, name="inspection-publish-preview"),
    path(f"{_PUBLICATION}/now", publishing.publish, name="inspection-publish"),
    path(f"{_PUBLICATION}/moment", publishing.moment, name="inspection-publish-moment"),
    path(f"{_PUBLICATION}/moment/cancel", publishing.cancel_moment, name="inspection-publish-cancel"),
    path(f"{_PUBLICATION}/copies", publishing.copies, name="inspection-publish-copies"),
    path(
        f"{_PUBLICATION}/copies/<int:copy_id>/withdraw",
        publishing.withdraw_copy,
        name="inspection-publish-copy-withdraw",
    ),
    path(f"{_PUBLICATION}/correct", publishing.correct, name="inspection-publish-correct"),
    path(f"{_PUBLICATION}/off-the-web", publishing.off_the_web, name="inspection-publish-off"),
    path(f"{_PUBLICATION}/back-on-the-web", publishing.back_on_the_web, name="inspection-publish-back"),
    path("embargoed", embargo.copies, name="embargoed-copies"),
    path("embargoed/<int:copy_id>", embargo.copy, name="embargoed-copy"),
]

urlpatterns: list[URLPattern] = [
    *CHECKS,
    *CASE,
    *INFORMATION,
    *FILES,
    *ALERTS,
    *PRACTICE,
    *FIELDWORK,
    *RATINGS,
    *SHARING,
    *IN_COMMON,
    *STANDARDS,
    *REPORT,
    *ACCURACY,
    *PUBLISHING,
]
