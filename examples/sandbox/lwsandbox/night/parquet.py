"""Writes small but complete Parquet files (one row group, plain encoding), so that tools can read their footers."""
import struct
from array import array

INT64, DOUBLE, REQUIRED, RLE = 2, 5, 0, 3
COLUMNS = (("order_id", INT64), ("customer_id", INT64), ("updated_at", INT64), ("amount", DOUBLE))
_I32, _I64, _BINARY, _LIST, _STRUCT = 5, 6, 8, 9, 12  # types of Thrift's compact protocol


def _varint(n):
    out = bytearray()
    while n > 0x7F:
        out.append(n & 0x7F | 0x80)
        n >>= 7
    return bytes(out + bytes([n]))


def _value(kind, value):
    if kind in (_I32, _I64):
        return _varint(value << 1)  # zigzag; nothing here is negative
    if kind == _BINARY:
        return _varint(len(value)) + value.encode()
    if kind == _LIST:
        item, values = value
        return bytes([len(values) << 4 | item]) + b"".join(_value(item, v) for v in values)
    return value  # a struct, packed already


def _struct(*fields):
    """Fields are (id, type, value), ids ascending."""
    out, last = b"", 0
    for number, kind, value in fields:
        out += bytes([number - last << 4 | kind]) + _value(kind, value)
        last = number
    return out + b"\0"


def _page(values, rows):
    data = values.tobytes()
    about = _struct((1, _I32, rows), (2, _I32, 0), (3, _I32, RLE), (4, _I32, RLE))
    return _struct((1, _I32, 0), (2, _I32, len(data)), (3, _I32, len(data)), (5, _STRUCT, about)) + data


def _chunk(name, kind, rows, offset, size):
    about = _struct((1, _I32, kind), (2, _LIST, (_I32, [0])), (3, _LIST, (_BINARY, [name])), (4, _I32, 0),
                    (5, _I64, rows), (6, _I64, size), (7, _I64, size), (9, _I64, offset))
    return _struct((2, _I64, offset), (3, _STRUCT, about))


def orders_file(rows, first_id, updated_ms):
    """The bytes of a file with `rows` orders."""
    columns = (array("q", range(first_id, first_id + rows)), array("q", (i * 7919 % 50000 for i in range(rows))),
               array("q", [updated_ms] * rows), array("d", (5 + i * 37 % 9000 / 100 for i in range(rows))))
    body, chunks = b"PAR1", []
    for (name, kind), values in zip(COLUMNS, columns):
        page = _page(values, rows)
        chunks.append(_chunk(name, kind, rows, len(body), len(page)))
        body += page
    schema = [_struct((4, _BINARY, "schema"), (5, _I32, len(COLUMNS)))]
    schema += [_struct((1, _I32, kind), (3, _I32, REQUIRED), (4, _BINARY, name)) for name, kind in COLUMNS]
    group = _struct((1, _LIST, (_STRUCT, chunks)), (2, _I64, len(body) - 4), (3, _I64, rows))
    footer = _struct((1, _I32, 1), (2, _LIST, (_STRUCT, schema)), (3, _I64, rows), (4, _LIST, (_STRUCT, [group])),
                     (6, _BINARY, "parquet-mr version 1.12.3"))
    return body + footer + struct.pack("<I", len(footer)) + b"PAR1"
