"""Open3D, where it can be had: loaded late, and called in a process of its own.

Nothing here is imported by what a page needs to open. :data:`OPEN3D` starts its process at the first request, so that
a file that Open3D cannot bear, or a surface that takes it too long, ends that process and not the app.
"""

from __future__ import annotations

import ctypes
import io
import tempfile
from contextlib import redirect_stdout
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from engine.kit.apart import Apart

MISSING = (
    "This needs the Python package Open3D, which cannot be loaded here ({why}); "
    "pip install -r requirements.txt brings it, where it is made for the system."
)

OPEN3D = Apart(__name__)
"""The process in which the functions below are asked for."""


def installed() -> bool:
    """Whether Open3D is installed; whether it can be loaded, only :func:`load` finds out."""
    return find_spec("open3d") is not None


def load() -> Any:
    """The module ``open3d``.

    It is linked to libusb, which a bare Linux lacks. The package libusb-package carries it: once that one is loaded for
    all to see, the linker asks for no other.

    Raises:
        ImportError: it cannot be had; the sentence says what to do.
    """
    try:
        import libusb_package

        library = libusb_package.get_library_path()
        if library is not None:
            ctypes.CDLL(str(library), mode=ctypes.RTLD_GLOBAL)
    except (ImportError, OSError):
        pass  # the system may have one of its own
    try:
        import open3d
    except (ImportError, OSError) as error:
        raise ImportError(MISSING.format(why=str(error).splitlines()[0] if str(error) else "it is broken")) from None
    open3d.utility.set_verbosity_level(open3d.utility.VerbosityLevel.Error)
    return open3d


prepare = load
"""What the process does first."""


def read(blob: bytes, suffix: str, faces: bool) -> tuple[np.ndarray, np.ndarray]:
    """What a file holds.

    Args:
        blob: the file's bytes.
        suffix: that tells its format, such as ``.ply``.
        faces: whether it is a mesh.

    Returns:
        points (n, 3) float64, and triangles (f, 3) int64, none for a cloud.

    Raises:
        ValueError: Open3D says that it could not; what it answers then holds points that nobody wrote.
    """
    open3d, said = load(), io.StringIO()
    with tempfile.TemporaryDirectory() as folder, redirect_stdout(said), _talking(open3d):
        path = Path(folder) / f"upload{suffix}"
        path.write_bytes(blob)
        if faces:
            found = _arrays(open3d.io.read_triangle_mesh(str(path)))
        else:
            found = np.asarray(open3d.io.read_point_cloud(str(path)).points).copy(), np.empty((0, 3), np.int64)
    if any(word in said.getvalue().lower() for word in ("failed", "unable", "error")):
        raise ValueError("What follows in it is not what its header says.")
    return found


def _talking(open3d: Any) -> Any:
    """Meanwhile Open3D says what goes wrong."""
    return open3d.utility.VerbosityContextManager(open3d.utility.VerbosityLevel.Warning)


def poisson(points: np.ndarray, depth: int, reach: float) -> tuple[np.ndarray, np.ndarray]:
    """Poisson surface reconstruction.

    Args:
        points: (n, 3) float64.
        depth: of the octree, 4 to 8.
        reach: what lies farther than that from every point is cut away: there the surface only closes itself.

    Returns:
        vertices (v, 3) float64 and triangles (f, 3) int64.
    """
    open3d = load()
    cloud = _oriented(open3d, points)
    mesh, _ = open3d.geometry.TriangleMesh.create_from_point_cloud_poisson(cloud, depth=depth, n_threads=1)
    corners = open3d.geometry.PointCloud(mesh.vertices)
    mesh.remove_vertices_by_mask(np.asarray(corners.compute_point_cloud_distance(cloud)) > reach)
    return _arrays(mesh)


def ball_pivoting(points: np.ndarray, radii: list[float]) -> tuple[np.ndarray, np.ndarray]:
    """Ball pivoting: a triangle for every three points on which a ball of one of the ``radii`` comes to rest."""
    open3d = load()
    cloud = _oriented(open3d, points)
    sizes = open3d.utility.DoubleVector(radii)
    return _arrays(open3d.geometry.TriangleMesh.create_from_point_cloud_ball_pivoting(cloud, sizes))


def alpha_shape(points: np.ndarray, alpha: float) -> tuple[np.ndarray, np.ndarray]:
    """The alpha shape: what is left of space filled by tetrahedra, once those whose sphere exceeds ``alpha`` go."""
    open3d = load()
    cloud = open3d.geometry.PointCloud(open3d.utility.Vector3dVector(points))
    return _arrays(open3d.geometry.TriangleMesh.create_from_point_cloud_alpha_shape(cloud, alpha))


def _oriented(open3d: Any, points: np.ndarray) -> Any:
    """The cloud with normals that agree with their neighbours' and point outwards."""
    cloud = open3d.geometry.PointCloud(open3d.utility.Vector3dVector(points))
    cloud.estimate_normals(open3d.geometry.KDTreeSearchParamKNN(16))
    cloud.orient_normals_consistent_tangent_plane(12)
    top = points[:, 1].argmax()  # the normal of the highest point looks up
    if np.asarray(cloud.normals)[top, 1] < 0:
        cloud.normals = open3d.utility.Vector3dVector(-np.asarray(cloud.normals))
    return cloud


def _arrays(mesh: Any) -> tuple[np.ndarray, np.ndarray]:
    return np.asarray(mesh.vertices).copy(), np.asarray(mesh.triangles).astype(np.int64)
