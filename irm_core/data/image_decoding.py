"""Decoding of one image, strictly: an image that is damaged anywhere is refused.

Run with `python -m`, it is the worker that inspects images, one JSON line per path from standard input.
Damaged files can crash decoders, and a crash must not take the run with it.
"""

import hashlib
import io
import json
import sys
from pathlib import Path

import numpy as np
import simplejpeg
from PIL import Image, UnidentifiedImageError

JPEG = b"\xff\xd8\xff"
MODES = {"1": "L", "L": "L", "P": "RGB", "RGB": "RGB", "RGBA": "RGBA"}
"""Pillow's modes that are 8 bits per channel, or can be written so without loss."""
JPEG_MODES = {"Gray": "GRAY", "YCbCr": "RGB", "RGB": "RGB"}


def decode(data: bytes) -> np.ndarray:
    """The pixels of an encoded image: uint8 [height, width, channels].

    JPEG by simplejpeg, the one decoder that notices damage in the middle; everything else by Pillow.
    Raises ValueError with a sentence where that cannot be.
    """
    try:
        pixels = _jpeg(data) if data.startswith(JPEG) else _other(data)
    except UnidentifiedImageError as error:
        raise ValueError("it is no image of a known format") from error
    except (OSError, SyntaxError, EOFError, Image.DecompressionBombError) as error:
        raise ValueError(str(error)) from error
    return pixels if pixels.ndim == 3 else pixels[:, :, None]


def _jpeg(data: bytes) -> np.ndarray:
    *_, colours, _ = simplejpeg.decode_jpeg_header(data)
    if colours not in JPEG_MODES:
        raise ValueError(f"its colours are {colours}; only grey and RGB are read")
    return np.asarray(simplejpeg.decode_jpeg(data, colorspace=JPEG_MODES[colours]))


def _other(data: bytes) -> np.ndarray:
    with Image.open(io.BytesIO(data)) as image:
        if image.mode not in MODES:
            raise ValueError(f"its mode is {image.mode}; only 8 bits of grey, RGB or RGBA are read")
        return np.asarray(image.convert(MODES[image.mode]))


def inspection(path: str) -> dict[str, str | int | None]:
    """What is to be said about the image at `path`: error (null: it can be decoded), sha256, shape."""
    try:
        data = Path(path).read_bytes()
        height, width, channels = decode(data).shape
    except OSError as error:
        return {"error": error.strerror}
    except ValueError as error:
        return {"error": str(error)}
    digest = hashlib.sha256(data).hexdigest()
    return {"error": None, "sha256": digest, "width": width, "height": height, "channels": channels}


if __name__ == "__main__":
    for line in sys.stdin:
        sys.stdout.write(json.dumps(inspection(json.loads(line))) + "\n")
        sys.stdout.flush()
