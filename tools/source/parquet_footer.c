#include "tools/source/parquet_footer.h"

#include <stdbool.h>
#include <string.h>

#define DEPTH_MAX 12 /* real footers nest 6 levels */
#define NUM_ROWS 3   /* field id in FileMetaData */

/* Types of the compact protocol (Thrift specification, "Compact protocol", struct encoding). */
enum {
    STOP = 0,
    YES = 1,
    NO = 2,
    BYTE = 3,
    I16 = 4,
    I32 = 5,
    I64 = 6,
    DOUBLE = 7,
    BINARY = 8,
    LIST = 9,
    SET = 10,
    MAP = 11,
    STRUCT = 12
};

struct reader {
    const unsigned char *p, *end;
};

int parquet_tail(const void *p, size_t n, int64_t file_size, size_t *footer_len, struct err *e)
{
    const unsigned char *tail = (const unsigned char *)p + n - PARQUET_TAIL;
    if (n < PARQUET_TAIL || file_size < 12)
        return err_set(e, ERR_UPSTREAM, "too short for a Parquet file");
    if (!memcmp(tail + 4, "PARE", 4))
        return err_set(e, ERR_DENIED, "its footer is encrypted");
    if (memcmp(tail + 4, "PAR1", 4))
        return err_set(e, ERR_UPSTREAM, "does not end as a Parquet file does");
    size_t len = (size_t)tail[0] | (size_t)tail[1] << 8 | (size_t)tail[2] << 16 | (size_t)tail[3] << 24;
    if (!len || (int64_t)len > file_size - 12)
        return err_set(e, ERR_UPSTREAM, "its footer is longer than the file");
    if (len > PARQUET_FOOTER_MAX)
        return err_set(e, ERR_TOO_LARGE, "its footer has %zu bytes", len);
    *footer_len = len;
    return 0;
}

static bool read_byte(struct reader *r, unsigned *out)
{
    if (r->p == r->end)
        return false;
    *out = *r->p++;
    return true;
}

static bool read_varint(struct reader *r, uint64_t *out)
{
    uint64_t v = 0;
    unsigned b;
    for (int shift = 0; shift < 64; shift += 7) {
        if (!read_byte(r, &b))
            return false;
        v |= (uint64_t)(b & 0x7f) << shift;
        if (!(b & 0x80)) {
            *out = v;
            return true;
        }
    }
    return false;
}

static bool read_zigzag(struct reader *r, int64_t *out)
{
    uint64_t v;
    if (!read_varint(r, &v))
        return false;
    *out = (int64_t)(v >> 1) ^ -(int64_t)(v & 1);
    return true;
}

static bool skip_bytes(struct reader *r, uint64_t n)
{
    if (n > (uint64_t)(r->end - r->p))
        return false;
    r->p += n;
    return true;
}

/* The head of a field; ids are written as differences where they are small. */
static bool read_field(struct reader *r, unsigned *type, int64_t *id)
{
    unsigned head;
    if (!read_byte(r, &head))
        return false;
    *type = head & 0x0f;
    if (*type == STOP)
        return head == 0;
    if (head >> 4) {
        *id += head >> 4;
        return true;
    }
    return read_zigzag(r, id) && *id >= INT16_MIN && *id <= INT16_MAX;
}

static bool skip(struct reader *r, unsigned type, int depth);

static bool skip_struct(struct reader *r, int depth)
{
    int64_t id = 0;
    unsigned type;
    while (read_field(r, &type, &id)) {
        if (type == STOP)
            return true;
        if (type != YES && type != NO && !skip(r, type, depth + 1)) /* a boolean is its type */
            return false;
    }
    return false;
}

static bool skip_items(struct reader *r, uint64_t count, unsigned type, int depth)
{
    for (; count; count--) {
        if (!skip(r, type, depth + 1)) /* every item has a byte at least, so a false count ends here soon */
            return false;
    }
    return true;
}

static bool skip_list(struct reader *r, int depth)
{
    unsigned head;
    if (!read_byte(r, &head))
        return false;
    uint64_t count = head >> 4;
    if (count == 15 && !read_varint(r, &count))
        return false;
    return skip_items(r, count, head & 0x0f, depth);
}

static bool skip_map(struct reader *r, int depth)
{
    uint64_t count;
    unsigned types = 0;
    if (!read_varint(r, &count))
        return false;
    if (!count)
        return true;
    if (!read_byte(r, &types))
        return false;
    for (; count; count--) {
        if (!skip(r, types >> 4, depth + 1) || !skip(r, types & 0x0f, depth + 1))
            return false;
    }
    return true;
}

static bool skip(struct reader *r, unsigned type, int depth)
{
    uint64_t n;
    int64_t number;
    if (depth > DEPTH_MAX)
        return false;
    switch (type) {
    case YES: /* in lists and maps a boolean is a byte */
    case NO:
    case BYTE:
        return skip_bytes(r, 1);
    case I16:
    case I32:
    case I64:
        return read_zigzag(r, &number);
    case DOUBLE:
        return skip_bytes(r, 8);
    case BINARY:
        return read_varint(r, &n) && skip_bytes(r, n);
    case LIST:
    case SET:
        return skip_list(r, depth);
    case MAP:
        return skip_map(r, depth);
    case STRUCT:
        return skip_struct(r, depth);
    default:
        return false;
    }
}

int parquet_rows(const void *footer, size_t n, int64_t *rows, struct err *e)
{
    struct reader r = {footer, (const unsigned char *)footer + n};
    int64_t id = 0, found;
    unsigned type;
    while (read_field(&r, &type, &id) && type != STOP) {
        if (id == NUM_ROWS && type == I64) {
            if (!read_zigzag(&r, &found) || found < 0)
                break;
            *rows = found;
            return 0;
        }
        if (type != YES && type != NO && !skip(&r, type, 0))
            break;
    }
    return err_set(e, ERR_UPSTREAM, "its footer cannot be read");
}
