"""Files sent in parts: each checked, gone on with after a reload or a lost connection, never somebody else's."""

import hashlib
import io
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from crm import db
from crm.adapters import blobs
from crm.gap.intake import parts
from crm.gap.intake import service as intake
from crm.models.accounts import User
from crm.models.gap import Import

HEAD = "Referring page title,Referring page URL,Domain rating,UR,Target URL,Anchor\n"
DATA = (HEAD + "".join(f"T,https://s{i}.example/links,40,1,https://rival.example/,x\n" for i in range(200))).encode()


def _begin(client: FlaskClient, *, name: str = "big.csv", size: int = len(DATA)) -> dict[str, object]:
    answer = client.post("/import/parts", data={"name": name, "size": str(size), "changed": "1764000000000"})
    return {"status": answer.status_code, **answer.get_json()}


def _put(
    client: FlaskClient, id_: object, start: int, end: int, *, spoil: bool = False
) -> tuple[int, dict[str, object]]:
    part = DATA[start:end]
    sum_ = hashlib.sha256(part + b"!" * spoil).hexdigest()
    answer = client.put(f"/import/parts/{id_}?offset={start}", data=part, headers={"X-Part-SHA256": sum_})
    return answer.status_code, answer.get_json()


def test_a_file_in_parts_becomes_the_import_that_the_form_would_make(ada: FlaskClient) -> None:
    begun = _begin(ada)
    assert (begun["status"], begun["offset"]) == (200, 0)
    assert _put(ada, begun["id"], 0, 5000) == (200, {"offset": 5000})
    assert _begin(ada)["offset"] == 5000  # the page was loaded again and the same file chosen
    assert "big.csv" in ada.get("/import").text and "Choose the same file again" in ada.get("/import").text
    assert _put(ada, begun["id"], 0, 5000) == (
        409,
        {"error": "5,000 bytes are here; the part begins at 0", "offset": 5000},
    )
    status, told = _put(ada, begun["id"], 5000, 9000, spoil=True)
    assert (status, told["offset"]) == (409, 5000) and "damaged" in str(told["error"])
    assert ada.post(f"/import/parts/{begun['id']}/end").get_json()["offset"] == 5000
    assert _put(ada, begun["id"], 5000, len(DATA)) == (200, {"offset": len(DATA)})
    end = ada.post(f"/import/parts/{begun['id']}/end").get_json()
    assert (end["file"], end["state"]) == ("big.csv", "uploaded")
    with db.reading() as s:
        imp = s.scalars(select(Import)).one()
        assert imp.sha256 == hashlib.sha256(DATA).hexdigest() and blobs.path(imp.sha256).read_bytes() == DATA
    assert not any(intake.uploads_root().iterdir())
    again = ada.post("/import", data={"files": [(io.BytesIO(DATA), "other-name.csv")]})
    assert again.headers["Location"] == end["url"]  # the same file under another name adds nothing


def test_more_than_the_file_has_and_too_large_a_file_are_refused(
    ada: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = _begin(ada, size=3000)
    status, told = _put(ada, begun["id"], 0, 5000)
    assert status == 409 and "more bytes than the file has" in str(told["error"])
    monkeypatch.setenv("BACKLOOP_UPLOAD_FILE_MB", "1")
    told = _begin(ada, size=5 << 20)
    assert told["status"] == 422
    assert "big.csv has 5 MiB; files up to 1 MiB are taken here" in str(told["error"])
    assert "Up to 1 MB a file" in ada.get("/import").text
    assert ada.post("/import/parts", data={"name": "x", "size": "-1"}).status_code == 422
    assert ada.put(f"/import/parts/{begun['id']}?offset=x", data=b"").status_code == 422


def test_nobody_else_goes_on_with_an_upload(
    app: Flask, ada: FlaskClient, sign_in: Callable[[User], FlaskClient], world: object, cleo: FlaskClient
) -> None:
    begun = _begin(ada)
    for client in (cleo, sign_in(world.ben)):  # type: ignore[attr-defined]
        assert _put(client, begun["id"], 0, 10)[0] == 404
        assert client.post(f"/import/parts/{begun['id']}/end").status_code == 404
        assert client.post(f"/import/parts/{begun['id']}/drop").status_code == 404
        assert "big.csv" not in client.get("/import").text
    assert _put(ada, "../../keys.json", 0, 10)[0] == 404
    assert _put(ada, "0" * 32, 0, 10)[0] == 404


def test_giving_up_keeps_nothing_and_old_ones_are_swept(ada: FlaskClient, tmp_path: Path) -> None:
    begun = _begin(ada)
    _put(ada, begun["id"], 0, 5000)
    assert ada.post(f"/import/parts/{begun['id']}/drop").status_code == 303
    assert not any(intake.uploads_root().iterdir())
    old = parts.begin(tmp_path / "u", "me", parts.File("old.csv", 9, "1"))
    new = parts.begin(tmp_path / "u", "me", parts.File("new.csv", 9, "1"))
    os.utime(old.data, (1000, 1000))
    parts.sweep(tmp_path / "u", 2000)
    assert [one.file.name for one in parts.unfinished(tmp_path / "u", "me")] == ["new.csv"]
    assert new.data.exists() and not old.folder.exists()


def test_a_full_disk_keeps_the_parts_that_were_whole(tmp_path: Path) -> None:
    class Full(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            if self.tell() >= 3:
                raise OSError(28, "No space left on device")
            return super().read(3)

    upload = parts.begin(tmp_path, "me", parts.File("x.csv", 99, "1"))
    assert parts.add(upload, 0, io.BytesIO(b"whole")) == 5
    with pytest.raises(OSError, match="No space"):
        parts.add(upload, 5, Full(b"the next part"))
    assert upload.data.read_bytes() == b"whole"
