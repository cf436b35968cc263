"""Pictures that a logo may be, and that it may not."""

import io
import struct
import zlib

from PIL import Image, PngImagePlugin

SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 90 30"><defs><linearGradient id="g">'
    '<stop offset="0" stop-color="#1f6f54"/><stop offset="1" style="stop-color:#88bb55"/></linearGradient></defs>'
    '<circle cx="15" cy="15" r="13" fill="url(#g)"/><path d="M33 11h55v8h-55z" fill="#1f6f54"/>%s</svg>'
)


def picture(kind: str = "PNG", size: tuple[int, int] = (300, 100), mode: str = "RGB", secret: str = "") -> bytes:
    out = io.BytesIO()
    image = Image.new(mode, size, tuple([31, 111, 84, 255][: len(mode)]))
    if kind == "PNG":
        info = PngImagePlugin.PngInfo()
        info.add_text("Comment", secret)
        image.save(out, kind, pnginfo=info)
    else:
        exif = Image.Exif()
        exif[0x010E], exif[0x0112] = secret, 6  # description; turned by a quarter
        image.save(out, kind, exif=exif)
    return out.getvalue()


def png_of(width: int, height: int) -> bytes:
    """Write a PNG whose header promises a size; its rows are zeros, a thousandth of it packed."""

    def chunk(name: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    packer = zlib.compressobj(9)
    rows = b"".join(packer.compress(bytes(width + 1)) for _row in range(min(height, 2_000))) + packer.flush()
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
