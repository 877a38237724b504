"""Addresses of operations."""

from __future__ import annotations

from django.urls import path

from tidewaiter.operations import board_views, ending_views, hash_views, views, writing_views

urlpatterns = [
    path("", views.operations, name="operations"),
    path("new/", views.new_operation, name="new_operation"),
    path("known-files/", hash_views.known_files, name="operation_known_files"),
    path("<str:ref>/", views.room_page, name="operation_room"),
    path("<str:ref>/cards/", views.new_cards, name="operation_cards"),
    path("<str:ref>/stream/", views.page_stream, name="operation_stream"),
    path("<str:ref>/say/", writing_views.say_to_all, name="operation_say"),
    path("<str:ref>/join/", views.invitation_answered, name="operation_join"),
    path("<str:ref>/members/", views.members, name="operation_members"),
    path("<str:ref>/members/<str:username>/end/", views.member_ended, name="operation_member_ended"),
    path("<str:ref>/write/<str:code>/", writing_views.write_message, name="operation_write"),
    path("<str:ref>/drafts/<str:code>/drop/", writing_views.draft_dropped, name="operation_draft_dropped"),
    path("<str:ref>/messages/<int:number>/", views.message_page, name="operation_message"),
    path("<str:ref>/messages/<int:number>/victims/<int:victim>/", views.victim_sheet, name="operation_victim"),
    path("<str:ref>/messages/<int:number>/<str:deed>/", views.message_deed, name="operation_message_deed"),
    path("<str:ref>/files/<str:file>/", views.room_file, name="operation_file"),
    path("<str:ref>/files/<str:file>/<str:deed>/", views.look_deed, name="operation_look"),
    path("<str:ref>/board/", board_views.board, name="operation_board"),
    path("<str:ref>/board/situation.pdf", board_views.situation_paper, name="operation_situation"),
    path("<str:ref>/board/<str:which>.csv", board_views.board_table, name="operation_board_table"),
    path("<str:ref>/templates/", ending_views.templates, name="operation_templates"),
    path("<str:ref>/phase/", ending_views.phase_deed, name="operation_phase"),
    path("<str:ref>/closing/", ending_views.closing, name="operation_closing"),
    path("<str:ref>/closing/data/", ending_views.own_data, name="operation_own_data"),
    path("<str:ref>/closing/paper/<str:which>/", ending_views.paper_of_end, name="operation_paper"),
    path("<str:ref>/closing/<str:deed>/", ending_views.closing_deed, name="operation_closing_deed"),
]
