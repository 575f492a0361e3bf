#include "tests/golden/model.h"

#include "base/json.h"
#include "base/own.h"

#include <stdlib.h>
#include <string.h>

/* Every allocation of a model, so that recursive shapes need no owner of their own. */
struct block {
    struct block *next;
};

struct named {
    const char *name;
    struct aws_shape *shape;
};

struct model {
    const json_t *metadata, *shapes;
    struct block *blocks;
    struct named known[128];
    size_t known_count;
    struct aws_service service;
    struct aws_operation operation;
};

static void *keep(struct model *m, size_t size)
{
    struct block *b = xcalloc(1, sizeof *b + size);
    b->next = m->blocks;
    m->blocks = b;
    return b + 1;
}

struct model *model_new(const json_t *metadata, const json_t *shapes)
{
    struct model *m = xcalloc(1, sizeof *m);
    m->metadata = metadata;
    m->shapes = shapes;
    return m;
}

void model_free(struct model *m)
{
    while (m->blocks) {
        struct block *next = m->blocks->next;
        free(m->blocks);
        m->blocks = next;
    }
    free(m);
}

static enum aws_type type_of(const char *name)
{
    static const struct {
        const char *name;
        enum aws_type type;
    } types[] = {{"string", AWS_STRING},   {"character", AWS_STRING},
                 {"integer", AWS_INTEGER}, {"long", AWS_INTEGER},
                 {"float", AWS_REAL},      {"double", AWS_REAL},
                 {"boolean", AWS_BOOLEAN}, {"timestamp", AWS_TIMESTAMP},
                 {"blob", AWS_BLOB},       {"list", AWS_LIST},
                 {"map", AWS_MAP},         {"structure", AWS_STRUCTURE}};
    for (size_t i = 0; i < ARRAY_LEN(types); i++)
        if (strcmp(types[i].name, name) == 0)
            return types[i].type;
    abort();
}

static enum aws_time time_of(const json_t *o)
{
    const char *format = json_str(o, "timestampFormat", "");
    return strcmp(format, "unixTimestamp") == 0 ? AWS_TIME_EPOCH
           : strcmp(format, "iso8601") == 0     ? AWS_TIME_ISO8601
           : strcmp(format, "rfc822") == 0      ? AWS_TIME_HTTP
                                                : AWS_TIME_DEFAULT;
}

static enum aws_place place_of(const json_t *ref, const char *name, const char *payload)
{
    const char *location = json_str(ref, "location", "");
    return strcmp(name, payload) == 0             ? AWS_IN_PAYLOAD
           : strcmp(location, "uri") == 0         ? AWS_IN_PATH
           : strcmp(location, "querystring") == 0 ? AWS_IN_QUERY
           : strcmp(location, "header") == 0      ? AWS_IN_HEADER
           : strcmp(location, "statusCode") == 0  ? AWS_IN_STATUS
                                                  : AWS_IN_BODY;
}

static const struct aws_shape *shape_of(struct model *m, const json_t *ref);

static void fill_structure(struct model *m, const json_t *given, struct aws_shape *s)
{
    const json_t *members = json_obj(given, "members");
    struct aws_member *all = keep(m, json_object_size(members) * sizeof *all);
    const char *name;
    json_t *ref;
    s->members = all;
    s->member_count = json_object_size(members);
    json_object_foreach((json_t *)(uintptr_t)members, name, ref)
    {
        const json_t *target = json_object_get(m->shapes, json_str(ref, "shape", ""));
        bool flat = json_flag(target, "flattened", false) || json_flag(ref, "flattened", false);
        *all++ = (struct aws_member){.name = name,
                                     .wire = json_str(ref, "locationName", NULL),
                                     .shape = shape_of(m, ref),
                                     .place = place_of(ref, name, json_str(given, "payload", "")),
                                     .flattened = flat,
                                     .attribute = json_flag(ref, "xmlAttribute", false)};
    }
}

static const struct aws_shape *shape_of(struct model *m, const json_t *ref)
{
    const char *name = json_str(ref, "shape", "");
    const json_t *given = json_object_get(m->shapes, name);
    for (size_t i = 0; i < m->known_count; i++)
        if (strcmp(m->known[i].name, name) == 0 && !json_object_get(ref, "timestampFormat"))
            return m->known[i].shape;
    struct aws_shape *s = keep(m, sizeof *s);
    s->type = json_flag(given, "document", false) ? AWS_ANY : type_of(json_str(given, "type", ""));
    s->time = time_of(ref) ? time_of(ref) : time_of(given);
    if (!json_object_get(ref, "timestampFormat")) {
        if (m->known_count == ARRAY_LEN(m->known))
            abort();
        m->known[m->known_count++] = (struct named){name, s};
    }
    if (s->type == AWS_STRUCTURE)
        fill_structure(m, given, s);
    if (s->type == AWS_LIST) {
        s->item = shape_of(m, json_obj(given, "member"));
        s->item_name = json_str(json_obj(given, "member"), "locationName", NULL);
    }
    if (s->type == AWS_MAP) {
        s->item = shape_of(m, json_obj(given, "value"));
        s->item_name = json_str(json_obj(given, "value"), "locationName", NULL);
        s->key_name = json_str(json_obj(given, "key"), "locationName", NULL);
    }
    return s;
}

static const struct aws_shape *root_shape(struct model *m, const json_t *given, const char *which)
{
    static const struct aws_shape nothing = {.type = AWS_STRUCTURE};
    const json_t *ref = json_obj(given, which);
    return ref ? shape_of(m, ref) : &nothing;
}

static enum aws_protocol protocol_of(const char *name)
{
    return strcmp(name, "json") == 0        ? AWS_JSON
           : strcmp(name, "query") == 0     ? AWS_QUERY
           : strcmp(name, "rest-json") == 0 ? AWS_REST_JSON
                                            : AWS_REST_XML;
}

const struct aws_operation *model_operation(struct model *m, const json_t *given)
{
    const char *protocol = json_str(m->metadata, "protocol", "");
    const json_t *http = json_obj(given, "http");
    m->service =
        (struct aws_service){.name = "service",
                             .protocol = protocol_of(protocol),
                             .json_version = json_str(m->metadata, "jsonVersion", "1.0"),
                             .target = json_str(m->metadata, "targetPrefix", ""),
                             .version = json_str(m->metadata, "apiVersion", ""),
                             .query_mode = json_object_get(m->metadata, "awsQueryCompatible") != NULL};
    m->operation = (struct aws_operation){.service = &m->service,
                                          .name = json_str(given, "name", "OperationName"),
                                          .method = json_str(http, "method", "POST"),
                                          .path = json_str(http, "requestUri", "/"),
                                          .input = root_shape(m, given, "input"),
                                          .output = root_shape(m, given, "output")};
    return &m->operation;
}
