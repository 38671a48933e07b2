"""How the commands come by uv on machines of different kinds."""

from pathlib import Path

import pytest
from _local import packages
from _local.tools import Stop


@pytest.fixture
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine without uv, and a project folder where it may be put."""
    monkeypatch.setattr(packages, "UV_HOME", tmp_path / "uv")
    monkeypatch.setenv("PATH", str(tmp_path / "path"))
    (tmp_path / "path").mkdir()
    return tmp_path


def put_program(file: Path, script: str = "echo uv 1.0") -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f"#!/bin/sh\n{script}\n")
    file.chmod(0o755)
    return file


def test_uv_on_path_is_used(bare: Path) -> None:
    program = put_program(bare / "path" / "uv")
    assert packages.find_uv() == str(program)


def test_a_uv_on_path_that_does_not_run_is_passed_over(bare: Path) -> None:
    put_program(bare / "path" / "uv", "exit 127")
    own = put_program(bare / "uv" / "bin" / "uv")
    assert packages.find_uv() == str(own)


def test_uv_is_installed_into_a_virtual_environment_of_its_own(bare: Path, monkeypatch) -> None:
    def fake(command: list[str]) -> bool:
        if command[1:3] == ["-m", "pip"]:
            put_program(bare / "uv" / "bin" / "uv")
        return True

    monkeypatch.setattr(packages, "_succeeds", fake)
    assert packages.install_uv() == str(bare / "uv" / "bin" / "uv")


def test_without_venv_pip_installs_it_into_a_folder(bare: Path, monkeypatch) -> None:
    asked = []

    def fake(command: list[str]) -> bool:
        asked.append(command)
        if "--target" in command:
            put_program(bare / "uv" / "bin" / "uv")
        return "venv" not in command

    monkeypatch.setattr(packages, "_succeeds", fake)
    assert packages.install_uv() == str(bare / "uv" / "bin" / "uv")
    assert "--break-system-packages" not in [word for command in asked for word in command]


def test_without_venv_and_pip_the_wheel_is_unpacked(bare: Path, monkeypatch) -> None:
    monkeypatch.setattr(packages, "_by_venv", lambda: None)
    monkeypatch.setattr(packages, "_by_pip", lambda: None)
    monkeypatch.setattr(packages, "_by_wheel", lambda: put_program(bare / "uv" / "bin" / "uv"))
    assert packages.install_uv() == str(bare / "uv" / "bin" / "uv")


def test_when_no_way_works_the_person_is_told(bare: Path, monkeypatch) -> None:
    for way in ("_by_venv", "_by_pip", "_by_wheel"):
        monkeypatch.setattr(packages, way, lambda: None)
    with pytest.raises(Stop, match="could not be installed from PyPI"):
        packages.install_uv()


@pytest.mark.parametrize(
    ("system", "machine", "wheel"),
    [
        ("Linux", "x86_64", "uv-1-py3-none-manylinux_2_17_x86_64.manylinux2014_x86_64.whl"),
        ("Linux", "aarch64", "uv-1-py3-none-manylinux_2_17_aarch64.manylinux2014_aarch64.whl"),
        ("Darwin", "arm64", "uv-1-py3-none-macosx_11_0_arm64.whl"),
    ],
)
def test_the_wheel_chosen_is_made_for_the_machine(system: str, machine: str, wheel: str, monkeypatch) -> None:
    names = [
        "uv-1-py3-none-win_amd64.whl",
        "uv-1-py3-none-manylinux_2_17_i686.manylinux2014_i686.whl",
        "uv-1-py3-none-manylinux_2_17_x86_64.manylinux2014_x86_64.whl",
        "uv-1-py3-none-manylinux_2_17_aarch64.manylinux2014_aarch64.whl",
        "uv-1-py3-none-macosx_11_0_arm64.whl",
        "uv-1.tar.gz",
    ]
    monkeypatch.setattr("platform.system", lambda: system)
    monkeypatch.setattr("platform.machine", lambda: machine)
    assert [name for name in names if packages._fits(name)] == [wheel]
