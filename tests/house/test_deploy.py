"""What a ministry installs a node with says what the node knows: settings, commands, measures, limits."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from tests.conftest import PROJECT
from tidewaiter.foundation.moments import now
from tidewaiter.jobs.models import ScheduledDeed
from tidewaiter.site.measures import exposition

DEPLOY = PROJECT / "deploy"
FILES = sorted(path for path in DEPLOY.iterdir() if path.is_file())


def test_every_setting_and_command_of_the_deployment_is_one_of_the_node() -> None:
    documented = (PROJECT / "docs" / "settings.md").read_text()
    commands = (PROJECT / "docs" / "commands.md").read_text()
    for path in FILES:
        text = path.read_text()
        for name in re.findall(r"TIDEWAITER_[A-Z_]+", text):
            assert f"`{name}`" in documented, f"{path.name}: {name}"
        for command in re.findall(r"bin/tidewaiter ([a-z_]+)", text):
            assert f"`{command}" in commands, f"{path.name}: {command}"


@pytest.mark.django_db
def test_every_alert_rests_on_something_that_the_node_measures() -> None:
    ScheduledDeed.objects.create(name="clock", every=10, succeeded_at=now())
    measured = set(re.findall(r"^# TYPE (\S+)", exposition().decode(), re.MULTILINE))
    rules = yaml.safe_load((DEPLOY / "alerts.yml").read_text())["groups"][0]["rules"]
    assert len(rules) == 9
    for rule in rules:
        asked = set(re.findall(r"tidewaiter_[a-z_]+", rule["expr"]))
        assert asked <= measured, rule["alert"]
        assert rule["labels"]["severity"] in ("page", "ticket")
        assert rule["annotations"]["summary"]
        assert rule["annotations"]["do"], f"{rule['alert']} says what to do"


@pytest.mark.parametrize("name", ["tidewaiter.service", "tidewaiter-backup.service"])
def test_systemd_takes_the_units_as_they_are(name: str, tmp_path: Path) -> None:
    """Programs and accounts of the machine it is installed on stand for themselves: here there are none."""
    if shutil.which("systemd-analyze") is None:
        pytest.skip("no systemd here")
    for path in DEPLOY.glob("tidewaiter*"):
        text = path.read_text().replace("/opt/tidewaiter/bin/tidewaiter serve", "/bin/true serve")
        (tmp_path / path.name).write_text(re.sub(r"^(User|Group)=.*$", "", text, flags=re.MULTILINE))
    done = subprocess.run(
        ["systemd-analyze", "verify", str(tmp_path / name)], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr.replace(str(tmp_path), "")) == (0, "")


def test_a_container_runs_as_nobody_and_holds_no_key() -> None:
    text = (DEPLOY / "Containerfile").read_text()
    assert "\nUSER 10001\n" in text
    assert "HEALTHCHECK" in text
    assert text.index("USER 10001") < text.index("ENTRYPOINT")
    assert not re.search(r"(KEY|SECRET|PASSWORD|TOKEN)=", text)


def test_a_proxy_passes_what_the_node_takes_and_believes_no_stranger() -> None:
    nginx, caddy = (DEPLOY / "nginx.conf").read_text(), (DEPLOY / "Caddyfile").read_text()
    assert "client_max_body_size 512m;" in nginx
    assert "proxy_set_header X-Forwarded-For $remote_addr;" in nginx
    assert "$proxy_add_x_forwarded_for" not in nginx
    assert "max_size 512MiB" in caddy
    assert "header_up X-Forwarded-For {remote_host}" in caddy
