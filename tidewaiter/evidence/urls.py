"""Addresses of evidence."""

from __future__ import annotations

from django.urls import path

from tidewaiter.evidence import (
    court_views,
    digital_views,
    disposal_views,
    file_views,
    handing_views,
    proof_views,
    scene_views,
    store_views,
    views,
)

urlpatterns = [
    path("", views.evidence, name="evidence"),
    path("new/", views.new_exhibit, name="new_exhibit"),
    path("hand-over/", handing_views.hand_over_page, name="evidence_hand_over"),
    path("taking/", handing_views.taking_page, name="evidence_taking"),
    path("labels/", handing_views.labels_page, name="evidence_labels"),
    path("stores/", store_views.stores_page, name="evidence_stores"),
    path("stores/<str:ref>/", store_views.store_page, name="evidence_store"),
    path("inventory/<str:ref>/", store_views.inventory_page, name="evidence_inventory"),
    path("inventory/<str:ref>/end/", store_views.inventory_ended, name="evidence_inventory_ended"),
    path("assets/", store_views.assets_page, name="evidence_assets"),
    path("export/<path:case>/", proof_views.export_page, name="evidence_export"),
    path("court/", court_views.court_page, name="evidence_court"),
    path("court/<str:ref>/", court_views.proceeding_page, name="evidence_proceeding"),
    path("court/<str:ref>/do/<str:deed>/", court_views.proceeding_deed, name="proceeding_deed"),
    path("stamps/", proof_views.stamps_page, name="evidence_stamps"),
    path("disposals/", disposal_views.disposals_page, name="evidence_disposals"),
    path("disposals/new/", disposal_views.new_disposal, name="new_disposal"),
    path("disposals/<str:ref>/", disposal_views.disposal_page, name="evidence_disposal"),
    path("disposals/<str:ref>/certificate.pdf", disposal_views.certificate, name="disposal_certificate"),
    path("disposals/<str:ref>/do/<str:deed>/", disposal_views.disposal_deed, name="disposal_deed"),
    path("scenes/", scene_views.new_scene, name="new_scene"),
    path("checklists/", scene_views.checklists_page, name="evidence_checklists"),
    path("scenes/<str:ref>/", scene_views.scene_page, name="evidence_scene"),
    path("scenes/<str:ref>/do/<str:step>/", scene_views.scene_step, name="scene_step"),
    path("scenes/<str:ref>/leave/", scene_views.scene_left, name="scene_left"),
    path("scenes/<str:ref>/receipts/<int:number>.pdf", scene_views.scene_receipt, name="scene_receipt"),
    path("case/<path:case>/", views.case_page, name="evidence_case"),
    path("<str:ref>/", views.exhibit_page, name="evidence_exhibit"),
    path("<str:ref>/files/<str:digest>/", file_views.exhibit_file, name="evidence_file"),
    path("<str:ref>/pictures/<str:digest>/", file_views.exhibit_picture, name="evidence_picture"),
    path("<str:ref>/files/<str:digest>/<str:deed>/", file_views.look_deed, name="evidence_look"),
    path("<str:ref>/parties/<str:party>/", file_views.party_page, name="evidence_party"),
    path("<str:ref>/acquire/", digital_views.acquire_page, name="evidence_acquire"),
    path("<str:ref>/acquisitions/<str:acquisition>/", digital_views.image_verified, name="evidence_image_verified"),
    path("<str:ref>/check/", proof_views.exhibit_checked, name="evidence_checked"),
    path("<str:ref>/receipt/<str:event>/", proof_views.receipt_file, name="evidence_receipt"),
    path("<str:ref>/do/<str:deed>/", views.exhibit_deed, name="exhibit_deed"),
]
