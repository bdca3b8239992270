"""A gzipped text with gaps: filling them costs microseconds, whatever the size of the text around them."""

import struct
import zlib
from collections.abc import Sequence

_RAW_DEFLATE = -15
_LEVEL = 6
_GZIP_HEADER = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"
_CRC_BITS = 32
_LONGEST_FILLING = 0xFFFF


class Stencil:
    """`pieces` are the fixed parts of a text; between each two of them is a gap. At least two pieces.

    A deflate block that ends in a full flush refers to nothing before it, so each piece is compressed once and then
    stands before and after any filling.
    """

    def __init__(self, pieces: Sequence[bytes]) -> None:
        *before, last = pieces
        self._before = [(len(piece), _Checksum(piece), _deflated(piece, zlib.Z_FULL_FLUSH)) for piece in before]
        self._last = (len(last), _Checksum(last), _deflated(last, zlib.Z_FINISH))

    def filled(self, fillings: Sequence[bytes]) -> bytes:
        """The whole text, gzipped; one filling of at most 65,535 bytes for each gap.

        Raises:
            ValueError: there are more or fewer fillings than gaps.
        """
        checksum = size = 0
        written = [_GZIP_HEADER]
        for (length, piece, packed), filling in zip(self._before, fillings, strict=True):
            checksum = zlib.crc32(filling, piece.after(checksum))
            size += length + len(filling)
            written += (packed, _stored(filling))
        length, piece, packed = self._last
        checksum = piece.after(checksum)
        return b"".join((*written, packed, struct.pack("<II", checksum, size + length)))


class _Checksum:
    """The CRC-32 of a text that ends in this piece, from that of the text before it.

    The CRC of a fixed piece is an affine function of the one before, so 32 of them tell all: a megabyte need not be
    read again for every copy.
    """

    def __init__(self, piece: bytes) -> None:
        self._of_nothing = zlib.crc32(piece, 0)
        self._of_bits = [zlib.crc32(piece, 1 << bit) ^ self._of_nothing for bit in range(_CRC_BITS)]

    def after(self, checksum: int) -> int:
        found = self._of_nothing
        for bit, change in enumerate(self._of_bits):
            if checksum >> bit & 1:
                found ^= change
        return found


def _deflated(piece: bytes, ending: int) -> bytes:
    packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, _RAW_DEFLATE)
    return packer.compress(piece) + packer.flush(ending)


def _stored(filling: bytes) -> bytes:
    """A deflate block that holds the bytes as they are."""
    return struct.pack("<BHH", 0, len(filling), len(filling) ^ _LONGEST_FILLING) + filling
