/* What a value of the AWS API looks like on the wire. Rows are const tables; tests build the same structs
   from models. */
#ifndef LW_AWS_SHAPE_H
#define LW_AWS_SHAPE_H

#include <stdbool.h>
#include <stddef.h>

enum aws_type {
    AWS_STRING,
    AWS_INTEGER,
    AWS_REAL,
    AWS_BOOLEAN,
    AWS_TIMESTAMP, /* a number in our JSON: seconds since 1970, with a fraction where there is one */
    AWS_BLOB,      /* its base64 text in our JSON */
    AWS_LIST,
    AWS_MAP,
    AWS_STRUCTURE,
    AWS_ANY /* JSON as it stands; the JSON codecs only */
};

/* How a timestamp is written. The default differs by place: JSON bodies use epoch seconds, headers the HTTP
   date, all else ISO 8601. */
enum aws_time { AWS_TIME_DEFAULT, AWS_TIME_EPOCH, AWS_TIME_ISO8601, AWS_TIME_HTTP };

/* Where the two REST protocols put a member. The other protocols know only the body. */
enum aws_place {
    AWS_IN_BODY,
    AWS_IN_PATH,  /* replaces {wire} or {wire+} in the path */
    AWS_IN_QUERY, /* a list: once for each entry; a map: its keys are the names */
    AWS_IN_HEADER,
    AWS_IN_PAYLOAD, /* it is the whole body: a string as it stands, a blob as its bytes, else JSON */
    AWS_IN_BUCKET,  /* S3: the bucket, which the endpoint puts into the host or the path */
    AWS_IN_STATUS   /* replies: the HTTP status */
};

struct aws_member {
    const char *name;              /* as in the API */
    const char *wire;              /* name on the wire; NULL: the same */
    const struct aws_shape *shape; /* never NULL */
    enum aws_place place;
    bool flattened; /* a list or map whose entries carry the member's name, with no element around them */
    bool attribute; /* XML: an attribute of the element, not a child */
};

struct aws_shape {
    enum aws_type type;
    enum aws_time time;               /* TIMESTAMP */
    const struct aws_member *members; /* STRUCTURE */
    size_t member_count;
    bool open; /* STRUCTURE in JSON: members that are not listed pass as they stand; else they are refused or dropped */
    const struct aws_shape *item; /* LIST: entries; MAP: values */
    const char *item_name; /* LIST: name of an entry, NULL "member"; MAP: name of a value, NULL "value" */
    const char *key_name;  /* MAP: name of a key, NULL "key" */
};

extern const struct aws_shape aws_shape_string, aws_shape_integer, aws_shape_boolean, aws_shape_timestamp,
    aws_shape_strings;

/* A structure over a static array of members. */
#define AWS_STRUCT(array)                                                                                    \
    {                                                                                                        \
        .type = AWS_STRUCTURE, .members = (array), .member_count = sizeof(array) / sizeof((array)[0])        \
    }

/* The same for JSON of which only the members that need a word are listed. */
#define AWS_OPEN_STRUCT(array)                                                                               \
    {                                                                                                        \
        .type = AWS_STRUCTURE, .members = (array), .member_count = sizeof(array) / sizeof((array)[0]), .open = true \
    }

/* The member of that API name, or NULL. `s` may be NULL or no structure. */
const struct aws_member *aws_shape_member(const struct aws_shape *s, const char *name);

/* The member's name on the wire. */
const char *aws_member_wire(const struct aws_member *m);

#endif
