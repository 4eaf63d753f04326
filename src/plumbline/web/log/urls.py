"""Addresses of the transparency log; ``checkpoint`` and ``tile/`` are those of C2SP tlog-tiles and never change."""

from django.urls import path

from plumbline.web.log.views import entries, files, home, proofs, witnesses

app_name = "log"
urlpatterns = [
    path("log/", home.home, name="home"),
    path("log/log.json", files.about, name="about"),
    path("log/checkpoint", files.checkpoint, name="checkpoint"),
    path("log/checkpoints.json", files.checkpoints, name="checkpoints"),
    path("log/tile/<path:tile>", files.tile, name="tile"),
    path("log/copy.zip", files.copy, name="copy"),
    path("log/entries/", entries.entries, name="entries"),
    path("log/entries/<int:entry_number>/", entries.entry, name="entry"),
    path("log/entries/<int:entry_number>/data.json", entries.data, name="entry-data"),
    path("log/entries/<int:entry_number>/entry.tlog-proof", entries.proof, name="entry-proof"),
    path("log/proof/inclusion", proofs.inclusion, name="inclusion"),
    path("log/proof/consistency", proofs.consistency, name="consistency"),
    path("log/cosignatures", witnesses.cosignatures, name="cosignatures"),
    path("log/witnesses/", witnesses.witnesses, name="witnesses"),
    path("log/witnesses/<int:witness_id>/", witnesses.change, name="witness"),
    path("log/<str:label>/checkpoint", files.checkpoint, name="named-checkpoint"),
    path("log/<str:label>/tile/<path:tile>", files.tile, name="named-tile"),
]
