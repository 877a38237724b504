"""Addresses of the registry."""

from __future__ import annotations

from django.urls import path

from tidewaiter.registry import (
    agency_views,
    case_views,
    deed_views,
    glass_views,
    graph_paper_views,
    graph_views,
    held_views,
    list_views,
    suspect_views,
    threshold_views,
    views,
)

urlpatterns = [
    path("", views.registry, name="registry"),
    path("persons/", views.persons, name="registry_persons"),
    path("companies/", views.companies, name="registry_companies"),
    path("conveyances/", views.conveyances, name="registry_conveyances"),
    path("suspects/", suspect_views.suspects, name="registry_suspects"),
    path("cases/look/", case_views.entry_look, name="entry_look"),
    path("cases/<str:ref>/", case_views.case_names, name="case_names"),
    path("cases/<str:ref>/untie/", case_views.untie, name="untie"),
    path("glass/", glass_views.broken_glass, name="broken_glass"),
    path("glass/<str:ref>/judge/", glass_views.judge, name="judge_glass"),
    path("agencies/", agency_views.agencies, name="registry_agencies"),
    path("agencies/<str:ref>/<str:deed>/", agency_views.agency_deed, name="agency_deed"),
    path("thresholds/", threshold_views.thresholds, name="registry_thresholds"),
    path("held-on/", held_views.held_on, name="held_on"),
    path("tasks/<str:ref>/done/", suspect_views.task_done, name="task_done"),
    path("sightings/<str:ref>/judge/", suspect_views.sighting_judged, name="sighting_judged"),
    path("purpose/", deed_views.purpose, name="registry_purpose"),
    path("new/", deed_views.new_entity, name="new_entity"),
    path("bring/", deed_views.bring, name="bring_entities"),
    path("screening/", views.screening, name="registry_screening"),
    path("screening/list/", list_views.screen_a_list, name="screen_list"),
    path("doubles/", views.doubles, name="registry_doubles"),
    path("doubles/<int:pk>/", views.double, name="registry_double"),
    path("decisions/<str:ref>/undo/", deed_views.undo, name="undo_decision"),
    path("graphs/", graph_views.kept_graphs, name="registry_graphs"),
    path("graphs/keep/", graph_views.keep_graph, name="keep_graph"),
    path("graphs/<str:ref>/", graph_views.kept_graph, name="kept_graph"),
    path("graphs/<str:ref>/whole/", graph_paper_views.whole_graph, name="whole_graph"),
    path("graphs/<str:ref>/paper/", graph_paper_views.graph_paper, name="graph_paper"),
    path("graphs/<str:ref>/drop/", graph_views.drop_graph, name="drop_graph"),
    path("<str:ref>/", views.entity, name="registry_entity"),
    path("<str:ref>/profile/", views.profile, name="profile"),
    path("<str:ref>/graph/", graph_views.graph, name="registry_graph"),
    path("<str:ref>/graph/<str:step>/", graph_views.graph_step, name="graph_step"),
    path("<str:ref>/erase/", suspect_views.erase_entity, name="erase_entity"),
    path("<str:ref>/suspect/<str:deed>/", suspect_views.suspect_deed, name="suspect_deed"),
    path("<str:ref>/<str:deed>/", deed_views.entity_deed, name="entity_deed"),
]
