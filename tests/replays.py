"""Replay folders made for a test: captures derived from the seeds, each with its time."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Final

SEEDS: Final = Path(__file__).parents[1] / "seeds"
SEED: Final = (SEEDS / "000_c70be0b16d2b2408.txt").read_bytes()
WIRE: Final = (SEEDS / "004_958d167220c734c3.txt").read_bytes()
URL: Final = "urn:sha256:" + sha256(SEED).hexdigest()
TEXT: Final = "text/plain; charset=utf-8"


@dataclass(frozen=True)
class Shot:
    """One capture. `claimed` are the bytes that the index says it has, where the file is to differ from them."""

    body: bytes
    at: datetime | None = None
    url: str = URL
    site: str = "inqilab"
    status: int = 200
    content_type: str = TEXT
    claimed: bytes | None = None
    final_url: str | None = None


def edited(*changes: tuple[str, str], of: bytes = SEED) -> bytes:
    """Return a capture with texts replaced, each of which must be there."""
    text = of.decode()
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    return text.encode()


def write_folder(folder: Path, shots: Iterable[Shot]) -> Path:
    """Write captures and their index into a new folder."""
    folder.mkdir(parents=True)
    lines = ["captures:"]
    for number, shot in enumerate(shots):
        name = f"{number:05}.bin"
        (folder / name).write_bytes(shot.body)
        claimed = shot.body if shot.claimed is None else shot.claimed
        lines += [
            f"  - file: {name}",
            f"    site: {shot.site}",
            f"    url: {shot.url}",
            f"    content_type: {shot.content_type}",
            f"    status: {shot.status}",
            f"    captured_at: {shot.at.isoformat() if shot.at else 'null'}",
            f"    bytes: {len(claimed)}",
            f"    sha256: {sha256(claimed).hexdigest()}",
            "    origin: synthetic, derived for a test",
        ]
        if shot.final_url:
            lines.append(f"    final_url: {shot.final_url}")
    (folder / "index.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder
