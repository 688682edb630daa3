"""A person's own shape: read as it is, refused in a sentence, and brought back to where it came from."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.exhibits.completion.claims import MOST_BYTES, MOST_POINTS
from engine.exhibits.completion.families import make
from engine.exhibits.completion.files import SIDES, Frame, Gap, as_obj, as_ply, fitted, turned_back
from engine.exhibits.completion.files import read as read_apart
from engine.exhibits.completion.headers import checked
from engine.exhibits.completion.sampling import sample
from engine.kit import open3d as kit

MESH = make("mug", np.random.default_rng(0))
CENTRE, SCALE = np.array([512.25, -3.5, 40.0]), 12.5
VERTICES = MESH.vertices.astype(float) * SCALE + CENTRE
POINTS = sample(MESH, 200, np.random.default_rng(1))[0].astype(float) * SCALE + CENTRE


def read(name: str, blob: bytes, **rest: Any) -> Any:
    """Read in this process, which needs no other to be started."""
    return read_apart(name, blob, reader=kit.read, **rest)


@pytest.fixture(scope="module", autouse=True)
def ended() -> Iterator[None]:
    yield
    kit.OPEN3D.close()


Written = Callable[[str, bool], bytes]


@pytest.fixture(scope="module")
def written(open3d: Any, tmp_path_factory: pytest.TempPathFactory) -> Written:
    """The mug as Open3D writes it: ``written(".ply", faces)``."""
    folder: Path = tmp_path_factory.mktemp("shapes")

    def write(suffix: str, faces: bool) -> bytes:
        path = folder / f"mug{suffix}"
        if faces:
            mesh = open3d.geometry.TriangleMesh(
                open3d.utility.Vector3dVector(VERTICES), open3d.utility.Vector3iVector(MESH.triangles)
            )
            mesh.compute_triangle_normals()
            assert open3d.io.write_triangle_mesh(str(path), mesh)
        else:
            cloud = open3d.geometry.PointCloud(open3d.utility.Vector3dVector(POINTS))
            assert open3d.io.write_point_cloud(str(path), cloud)
        return path.read_bytes()

    return write


@pytest.mark.parametrize(("suffix", "relative"), [(".ply", 1e-6), (".pcd", 1e-6), (".xyz", 1e-6)])
def test_clouds_are_read_where_they_lie(written: Written, suffix: str, relative: float) -> None:
    own = read(f"scan{suffix}", written(suffix, False))
    np.testing.assert_allclose(own.points, POINTS, rtol=relative)
    assert len(own.triangles) == 0


@pytest.mark.parametrize(("suffix", "relative"), [(".ply", 1e-6), (".stl", 1e-6), (".obj", 5e-6), (".off", 5e-6)])
def test_meshes_are_read_where_they_lie(written: Written, suffix: str, relative: float) -> None:
    """As text, Open3D writes six digits."""
    own = read(f"MUG{suffix.upper()}", written(suffix, True))
    assert len(own.triangles) == len(MESH.triangles)
    corners = own.points[own.triangles].reshape(-1, 3)
    np.testing.assert_allclose(corners, VERTICES[MESH.triangles].reshape(-1, 3), rtol=relative, atol=1e-6 * SCALE)


def test_text_with_more_digits_is_read_with_them() -> None:
    rows = "\n".join("{:.9f} {:.9f} {:.9f}".format(*row) for row in VERTICES)
    faces = "\n".join("3 {} {} {}".format(*row) for row in MESH.triangles)
    blobs = {"a.off": f"OFF\n{len(VERTICES)} {len(MESH.triangles)} 0\n{rows}\n{faces}\n".encode()}
    for name, blob in (blobs | {"a.obj": as_obj(VERTICES, MESH.triangles)}).items():
        own, single = read(name, blob), 6e-8 if name == "a.off" else 0  # OFF is read in single precision
        corners = own.points[own.triangles].reshape(-1, 3)
        np.testing.assert_allclose(corners, VERTICES[MESH.triangles].reshape(-1, 3), rtol=single, atol=1e-6 * SCALE)


def test_every_way_to_write_a_cloud_is_read(open3d: Any, tmp_path: Path) -> None:
    cloud = open3d.geometry.PointCloud(open3d.utility.Vector3dVector(POINTS))
    ways = [("a.ply", {"write_ascii": True}), ("b.pcd", {"write_ascii": True}), ("c.pcd", {"compressed": True})]
    for name, how in ways:
        assert open3d.io.write_point_cloud(str(tmp_path / name), cloud, **how)
        own = read(name, (tmp_path / name).read_bytes())
        np.testing.assert_allclose(own.points, POINTS, rtol=1e-5)


def test_a_mesh_is_sampled_on_its_surface_and_a_cloud_by_its_points(written: Written) -> None:
    cloud = read("scan.xyz", written(".xyz", False))
    inside = cloud.cloud(150, np.random.default_rng(0))
    rows = {tuple(row) for row in cloud.frame.inward(cloud.points)}
    assert inside.dtype == np.float32 and len({tuple(row) for row in inside} & rows) == 150
    mesh = read("mug.off", written(".off", True))
    points = mesh.cloud(3000, np.random.default_rng(0))
    np.testing.assert_allclose(np.abs(points).max(0), np.abs(MESH.vertices).max(0), atol=0.05)
    assert np.linalg.norm(points, axis=1).max() <= 1 + 1e-6


def test_it_says_what_it_did(written: Written) -> None:
    words = read("mug.off", written(".off", True)).words()
    assert "mug.off" in words and "triangles" in words and "12.5" in words and "512.2" in words


@pytest.mark.parametrize("up", ["y", "z"])
def test_what_is_completed_comes_back_into_the_files_own_frame(open3d: Any, tmp_path: Path, up: Any) -> None:
    own = read("scan.xyz", "\n".join("{:.9f} {:.9f} {:.9f}".format(*row) for row in POINTS).encode(), up=up)
    inside = own.frame.inward(own.points)
    assert np.linalg.norm(inside, axis=1).max() == pytest.approx(1, abs=1e-6)
    back = own.frame.outward(inside)
    np.testing.assert_allclose(back, own.points, atol=1e-6 * SCALE)
    for name, blob in (("out.ply", as_ply(back)), ("out.obj", as_obj(back, np.array([[0, 1, 2]])))):
        (tmp_path / name).write_bytes(blob)
    cloud = open3d.io.read_point_cloud(str(tmp_path / "out.ply"))
    np.testing.assert_allclose(np.asarray(cloud.points), own.points, atol=1e-6 * SCALE)
    mesh = open3d.io.read_triangle_mesh(str(tmp_path / "out.obj"))
    assert np.asarray(mesh.triangles).tolist() == [[0, 1, 2]]
    assert {tuple(row) for row in np.asarray(mesh.vertices).round(3)} <= {tuple(row) for row in own.points.round(3)}


def test_up_is_turned_up() -> None:
    upright = Frame(np.zeros(3), 1.0, "z")
    np.testing.assert_array_equal(
        upright.inward(np.array([[0, 0, 1], [0, -1, 0], [1, 0, 0]])), [[0, 1, 0], [0, 0, 1], [1, 0, 0]]
    )
    assert np.linalg.det(upright.inward(np.eye(3))) == pytest.approx(1)  # turned, not mirrored


def test_coloured_clouds_are_what_open3d_reads(open3d: Any, tmp_path: Path) -> None:
    colours = np.array([[255, 0, 10], [0, 128, 255]], np.uint8)
    (tmp_path / "two.ply").write_bytes(as_ply(POINTS[:2], colours))
    cloud = open3d.io.read_point_cloud(str(tmp_path / "two.ply"))
    np.testing.assert_array_equal(np.asarray(cloud.points), POINTS[:2])
    np.testing.assert_allclose(np.asarray(cloud.colors) * 255, colours, atol=1e-6)


def zipped() -> bytes:
    blob = io.BytesIO()
    with zipfile.ZipFile(blob, "w") as archive:
        archive.writestr("chair.ply", "ply")
    return blob.getvalue()


def ply(header: str, data: bytes = b"") -> bytes:
    return f"ply\nformat ascii 1.0\n{header}\nend_header\n".encode() + data


XYZ = "property float x\nproperty float y\nproperty float z"
CORNERS = "property list uchar int vertex_indices"
PCD = "FIELDS x y z\nSIZE 4 4 4\nTYPE F F F\n"
ROWS = "\n".join(f"{k} {k * k % 7} {k % 3}" for k in range(30))

BAD: dict[str, tuple[str, bytes, str]] = {
    "empty": ("a.ply", b"", "is empty"),
    "blanks": ("a.xyz", b" \n \n", "is empty"),
    "too long": ("a.xyz", b"0" * (MOST_BYTES + 1), "at most 32 MB"),
    "ZIP": ("a.ply", zipped(), "a ZIP archive"),
    "picture": ("a.stl", b"\x89PNG\r\n\x1a\n" + bytes(90), "a picture"),
    "strange ending": ("chair.blend", b"x", "none of PLY, PCD, OBJ, STL, OFF, XYZ"),
    "no ending": ("chair", b"x", "none of PLY"),
    "path in the name": ("../../chair.ply", b"ply", "holds a path"),
    "path of Windows": ("C:\\chair.ply", b"ply", "holds a path"),
    "no number": ("a.xyz", f"{ROWS}\none two three".encode(), "Row 31"),
    "two numbers": ("a.xyz", b"1 2\n" * 30, "Row 1 of the points is '1 2'"),
    "one endless number": ("a.xyz", b"1" * 4_000_000, "Row 1"),
    "NaN": ("a.xyz", f"{ROWS}\n1 nan 2".encode(), r"1 of the 31 points .* number 31"),
    "infinite": ("a.xyz", f"1 inf 2\n{ROWS}".encode(), "the first is number 1"),
    "far away": ("a.xyz", f"{ROWS}\n1 -1e12 2".encode(), r"1 of the 31 points .* number within 1e\+09"),
    "one point": ("a.xyz", b"1 2 3", "only one point; a shape takes at least 16"),
    "few points": ("a.xyz", b"1 2 3\n4 5 6", "only 2 points"),
    "one place": ("a.xyz", b"5 5 5\n" * 40, "in one place"),
    "binary text": ("a.xyz", b"1 2 3\n\0\0", "no text"),
    "10^7 rows": ("a.xyz", b"0 0 1\n" * (MOST_POINTS + 1), "1,000,001 points; at most 1,000,000"),
    "10^7 points": ("a.ply", ply(f"element vertex 10000000\n{XYZ}"), "10,000,000 points; at most 1,000,000"),
    "ply no header": ("a.ply", b"solid", "no header of PLY"),
    "ply endless header": ("a.ply", b"ply\n" + b"comment x\n" * 20000, "no header of PLY"),
    "ply no vertices": ("a.ply", ply(f"element face 1\n{CORNERS}"), "no vertices"),
    "ply no z": ("a.ply", ply("element vertex 3\nproperty float x\nproperty float y"), "lack x, y or z"),
    "ply listed x": ("a.ply", ply(f"element vertex 3\n{XYZ.replace('float x', 'list uchar float x')}"), "is a list"),
    "ply count": ("a.ply", ply(f"element vertex -4\n{XYZ}"), "no whole number"),
    "ply huge count": ("a.ply", ply(f"element vertex {'9' * 40}\n{XYZ}"), "no whole number"),
    "ply type": ("a.ply", ply("element vertex 3\nproperty quaternion x"), "quaternion"),
    "ply no format": ("a.ply", b"ply\nelement vertex 3\nend_header\n", "lacks its format"),
    "ply broken off": ("a.ply", ply(f"element vertex 500\n{XYZ}", b"0 0 0\n"), "breaks off"),
    "ply row": ("a.ply", ply(f"element vertex 24\n{XYZ}", b"1 2 3\n" * 20 + b"4 x 6\n" * 4), "not what its header"),
    "ply face row": (
        "a.ply",
        ply(f"element vertex 20\n{XYZ}\nelement face 1\n{CORNERS}", b"1 2 3\n" * 20 + b"3 0 1  \n"),
        "not what its header says",
    ),
    "ply faces": ("a.ply", ply(f"element vertex 3\n{XYZ}\nelement face 3000000\n{CORNERS}"), "3,000,000 faces"),
    "ply words": ("a.ply", ply(f"element vertex 30\n{XYZ}", b"a b c\n" * 30), "not what its header says"),
    "pcd no header": ("a.pcd", b"hello", "no header of PCD"),
    "pcd fields": ("a.pcd", b"FIELDS x y\nSIZE 4 4\nTYPE F F\nPOINTS 20\nDATA ascii\n", "lacks one of the fields"),
    "pcd sizes": ("a.pcd", b"FIELDS x y z\nSIZE 4 4\nTYPE F F F\nPOINTS 20\nDATA ascii\n", "another number of fields"),
    "pcd shape": (
        "a.pcd",
        b"FIELDS x y z\nSIZE 4 4 4\nTYPE F F F\nWIDTH 5\nHEIGHT 3\nPOINTS 20\nDATA binary\n",
        "WIDTH 5 x HEIGHT 3",
    ),
    "pcd broken off": ("a.pcd", b"FIELDS x y z\nSIZE 4 4 4\nTYPE F F F\nPOINTS 20\nDATA binary\n1234", "breaks off"),
    "pcd packing": (
        "a.pcd",
        b"FIELDS x y z\nSIZE 4 4 4\nTYPE F F F\nPOINTS 20\nDATA binary_compressed\n" + b"\x02\0\0\0\xff\xff\xff\x7fab",
        "unpacks to 2,147,483,647",
    ),
    "pcd points": ("a.pcd", f"{PCD}POINTS 10000000\nDATA binary\n".encode(), "10,000,000 points"),
    "pcd row": ("a.pcd", f"{PCD}POINTS 20\nDATA ascii\n{'1 2 3;' * 19}a b c".replace(";", "\n").encode(), "Row 20"),
    "pcd few rows": ("a.pcd", f"{PCD}POINTS 20\nDATA ascii\n1 2 3\n4 5 6\n".encode(), "promises 20 points, 2 rows"),
    "obj word for a number": ("a.obj", b"v 0 0 0\nv 1 x 0\nv 0 1 0\nf 1 2 3\n", "Row 2 of the OBJ file is 'v 1 x 0'"),
    "obj no faces": ("a.obj", b"v 0 0 0\nv 1 0 0\nv 0 1 0\n", "mesh without faces"),
    "obj NaN": ("a.obj", b"v 0 0 0\nv nan 0 0\nv 0 1 0\nf 1 2 3\n", "Row 2 .* no finite place"),
    "obj of points": ("a.obj", b"v 0 0 0\nv 1 0 0\nv 0 1 0\nf 1 1 1\nf 2 2 2\n", "is a mere point"),
    "obj no vertices": ("a.obj", b"# nothing\nf 1 2 3\n", "no vertices"),
    "obj path": ("a.obj", b"mtllib ../../etc/passwd\nv 0 0 0\nv 1 0 0\nv 0 1 0\nf 1 2 3\n", "a file elsewhere"),
    "obj corner": ("a.obj", b"v 0 0 0\nv 1 0 0\nv 0 1 0\nf 1 2 4\n", "names vertex 4; there are 3"),
    "obj zero": ("a.obj", b"v 0 0 0\nv 1 0 0\nv 0 1 0\nf 0 1 2\n", "names vertex 0"),
    "obj word": ("a.obj", b"v 0 0 0\nv 1 0 0\nv 0 1 0\nf a b c\n", "corner 'a'"),
    "stl word": (
        "a.stl",
        b"solid\nfacet normal 0 0 1\nouter loop\nvertex 0 0 0\nvertex 1 a 0\nvertex 0 1 0\nendloop\nendfacet\nendsolid",
        "not what its header says",
    ),
    "stl length": ("a.stl", bytes(80) + (9).to_bytes(4, "little") + bytes(50), "does not fit"),
    "stl no faces": ("a.stl", b"solid nothing\nendsolid nothing\n", "mesh without faces"),
    "stl corners": ("a.stl", b"solid a\nfacet normal 0 0 1\nvertex 0 0 0\nendsolid", "1 triangles but 1 corners"),
    "off word": ("a.off", b"hello", "no OFF"),
    "off counts": ("a.off", b"OFF\nmany few\n", "'many'"),
    "off no faces": ("a.off", b"OFF\n3 0 0\n0 0 0\n1 0 0\n0 1 0\n", "mesh without faces"),
    "off word for a number": ("a.off", b"OFF\n3 1 0\n0 0 0\n1 x 0\n0 1 0\n3 0 1 2\n", "not what its header says"),
    "off broken off": ("a.off", b"OFF\n900 900 0\n0 0 0\n", "breaks off"),
    "off points": ("a.off", b"OFF\n10000000 5 0\n", "10,000,000 points"),
}  # fmt: skip


@pytest.mark.parametrize("what", BAD)
def test_bad_files_are_refused_in_a_sentence(what: str) -> None:
    name, blob, sentence = BAD[what]
    with pytest.raises(ValueError, match=sentence) as refusal:
        read(name, blob)
    assert str(refusal.value).endswith(".") and len(str(refusal.value)) < 240 and "\n" not in str(refusal.value)


ROWS_OF_20 = "1 2 3\n" * 20
FACET = "solid a\nfacet normal 0 0 1\nouter loop\nvertex 0 0 0\nvertex 1 1 0\nvertex 0 1 0\nendloop\nendfacet\nendsolid"
SOUND = {
    "a.ply": ply(f"element vertex 20\n{XYZ}\nelement face 2\n{CORNERS}", b"1 2 3\n" * 20 + b"3 0 1 2\n3 4 5 6\n"),
    "b.ply": as_ply(POINTS[:20]),
    "a.pcd": f"{PCD}COUNT 1 1 1\nWIDTH 20\nHEIGHT 1\nPOINTS 20\nDATA ascii\n{ROWS_OF_20}".encode(),
    "b.pcd": f"{PCD}POINTS 20\nDATA binary\n".encode() + bytes(240),
    "a.obj": b"mtllib a.mtl\nv 0 0 0\nv 1 0 0\nv 0 1 0\nf 1 2 -1\nf 1/2/3 2//1 3/4\n",
    "a.stl": bytes(80) + (2).to_bytes(4, "little") + bytes(100),
    "b.stl": FACET.encode(),
    "a.off": b"OFF\n3 1 0\n0 0 0\n1 0 0\n0 1 0\n3 0 1 2\n",
    "a.xyz": ROWS.encode(),
}  # fmt: skip


@pytest.mark.parametrize("name", SOUND)
def test_whatever_is_changed_in_a_file_it_is_taken_or_refused(name: str) -> None:
    """Cut off, overwritten, or with pieces put in: it is either checked or refused, and nothing else happens."""
    rng, blob = np.random.default_rng(0), SOUND[name]
    checked(name, blob)
    pieces = [b"-", b"9" * 12, b"\n", b" ", b"\0", b"nan", b"e", b"element vertex 1\n", b"list ", b"/", b"\xff\xfe"]
    said = []
    for _ in range(300):
        at, until = sorted(rng.integers(len(blob) + 1, size=2))
        change = rng.integers(3)
        piece = pieces[rng.integers(len(pieces))]
        changed = (blob[:at], blob[:at] + piece + blob[at + 1 :], blob[:at] + piece + blob[until:])[change]
        try:
            checked(name, changed)
        except ValueError as refusal:
            said.append(str(refusal))
    assert len(said) > 30 and all(sentence.endswith(".") and len(sentence) < 240 for sentence in said)


def test_what_an_obj_names_besides_its_shape_is_left_out() -> None:
    blob = b"mtllib mug.mtl\no mug\nv 0 0 0 1 0 0\nv 1 0 0\nv 0 1 0\nvn 0 0 1\nusemtl x\nf -3//1 2//1 3//1\n"
    _, claim = checked("a.obj", blob)
    assert claim.blob == b"v 0 0 0\nv 1 0 0\nv 0 1 0\nf 1 2 3\n" and (claim.points, claim.faces) == (3, 1)


def test_a_mesh_far_from_the_origin_keeps_its_shape() -> None:
    """As a surveyor has it: metres, from a place a thousand kilometres away."""
    away = VERTICES + np.array([4_512_345.25, 512_345.5, 0])
    rows = "".join(f"v {x:.6f} {y:.6f} {z:.6f}\n" for x, y, z in away)
    own = read("a.obj", rows.encode() + as_obj(away[:0], MESH.triangles))
    np.testing.assert_allclose(own.points[own.triangles], away[MESH.triangles], atol=2e-6)


def test_a_shape_in_one_place_has_no_frame() -> None:
    with pytest.raises(ValueError, match="one place"):
        fitted(np.full((20, 3), 1e6))


def test_a_file_is_read_in_a_process_of_its_own(written: Written) -> None:
    own = read_apart("mug.ply", written(".ply", True))
    np.testing.assert_allclose(own.points, VERTICES, rtol=1e-6)


def test_a_file_that_brings_the_reader_down_is_refused_and_the_next_is_read(written: Written) -> None:
    corners = " ".join(str(2_000_000_000 + k) for k in range(5))
    header = f"element vertex 4\n{XYZ}\nelement face 1\n{CORNERS}"
    deadly = ply(header, f"0 0 0\n1 0 0\n0 1 0\n1 1 0\n5 {corners}\n".encode())
    with pytest.raises(ValueError, match=r"cannot be read|names vertex"):
        read_apart("a.ply", deadly)
    assert len(read_apart("b.xyz", written(".xyz", False)).points) == len(POINTS)


# ---- a part of a shape ----------------------------------------------------------------------------------------------

EVEN = np.linspace(-1, 1, 5)
BRICK = np.stack(np.meshgrid(3 * EVEN, 2 * EVEN, EVEN), -1).reshape(-1, 3)


@pytest.mark.parametrize("up", ["y", "z"])
@pytest.mark.parametrize("share", [0.5, 0.75])
@pytest.mark.parametrize("side", SIDES)
def test_a_part_that_is_told_as_one_lies_where_it_lies_in_the_whole(side: Any, share: float, up: Any) -> None:
    axis, way = SIDES[side]
    there = way * BRICK[:, axis] <= (2 * share - 1) * BRICK[:, axis].max()
    own = turned_back(BRICK, up) * 12.5 + (120.0, -4.0, 7.5)
    whole, part = fitted(own, up), fitted(own[there], up, Gap(side, share))
    np.testing.assert_allclose(part.centre, whole.centre, rtol=0, atol=1e-12 * 120)
    assert part.scale == pytest.approx(whole.scale, rel=1e-12)
    assert abs(fitted(own[there], up).centre - whole.centre).max() > 1, "unless it is told"
    back = part.outward(part.inward(own[there]))
    np.testing.assert_allclose(back, own[there], rtol=0, atol=1e-6 * part.scale)


@pytest.mark.parametrize(("gap", "why"), [(("inside", 0.5), "on one of the sides"), (("left", 0.1), "between 0.2 and")])
def test_a_part_that_cannot_be_is_refused(gap: Any, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        Gap(*gap)
