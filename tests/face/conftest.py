"""One server for all tests of the face in a test process."""

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.engine import URL
from werkzeug.serving import WSGIRequestHandler, make_server

from app import create_app
from app.core import scope
from app.core.db import db
from tests.conftest import _settings, cloned
from tests.face import specimens, world
from tests.face.routes import Routes, find
from tests.face.walk import PartsSeen
from tools import frontend


class _KeepsConnections(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"

    def log(self, *_args: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="session")
def face_app(server: URL, worker_id: str, template: str) -> Iterator[Flask]:
    """An application of its own on a world with more to see, guarded against forged forms."""
    frontend.pack()
    name = f"{template}_{worker_id}_face"
    with cloned(server, template, name):
        app = create_app(**_settings(server, name) | {"WTF_CSRF_ENABLED": True})
        specimens.register(app)
        for view in app.extensions["appbuilder"].baseviews:
            if hasattr(view, "page_size"):
                view.page_size = world.PAGE
        with app.app_context(), scope.system():
            world.build()
            db.session.commit()
        with app.app_context(), scope.system():
            world.build_views()
        yield app
        with app.app_context():
            db.engine.dispose()


@pytest.fixture(scope="session")
def received() -> list[tuple[str, int]]:
    """Path and size of every answer that the server sent, the worker's included."""
    return []


@pytest.fixture(scope="session")
def site(face_app: Flask, received: list[tuple[str, int]]) -> Iterator[str]:
    """The address at which that application answers."""

    def counted(environ: dict[str, Any], start_response: Any) -> Any:
        def start(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            size = int(dict(headers).get("Content-Length", 0))
            received.append((environ["PATH_INFO"], 0 if status.startswith("304") else size))
            return start_response(status, headers, *rest)

        return face_app(environ, start)

    server = make_server("127.0.0.1", 0, counted, True, request_handler=_KeepsConnections)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()


@pytest.fixture(scope="session")
def parts_seen() -> PartsSeen:
    """What all walks of this process have looked at and need not look at again."""
    return PartsSeen()


@pytest.fixture(scope="session")
def routes(face_app: Flask) -> Routes:
    """Every route, opened once."""
    return find(face_app)
