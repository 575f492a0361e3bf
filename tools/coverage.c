#include "tools/coverage.h"

#include "base/json.h"

json_t *coverage_source(json_t *sources, const char *name)
{
    json_t *s = json_object();
    json_put_str(s, "name", name);
    json_put_flag(s, "queried", false);
    json_put_flag(s, "found", false);
    json_put_int(s, "pages", 0);
    json_put_int(s, "items", 0);
    json_put_int(s, "bytes", 0);
    json_put_flag(s, "complete", false);
    json_array_append_new(sources, s);
    return s;
}

void coverage_read(json_t *source, int pages, int64_t items, int64_t bytes, bool complete)
{
    json_put_flag(source, "queried", true);
    json_put_flag(source, "found", json_flag(source, "found", false) || items > 0);
    json_put_int(source, "pages", json_int(source, "pages", 0) + pages);
    json_put_int(source, "items", json_int(source, "items", 0) + items);
    json_put_int(source, "bytes", json_int(source, "bytes", 0) + bytes);
    json_put_flag(source, "complete", complete);
}

void coverage_absent(json_t *source)
{
    json_put_flag(source, "queried", true);
    json_put_flag(source, "complete", true);
}

/* {code, aws_code?, http_status?, message, retryable}. New reference. */
static json_t *error_of(const struct aws_fault *f)
{
    json_t *o = json_object();
    json_put_str(o, "code", err_kind_name(f->err.kind));
    if (f->code[0])
        json_put_str(o, "aws_code", f->code);
    if (f->status)
        json_put_int(o, "http_status", f->status);
    json_put_str(o, "message", f->err.text);
    json_put_flag(o, "retryable", f->retryable);
    return o;
}

void coverage_fault(json_t *source, const struct aws_fault *f)
{
    json_put_flag(source, "queried", true);
    json_put_flag(source, "complete", false);
    if (!json_obj(source, "error"))
        json_put(source, "error", error_of(f));
}

bool coverage_has_error(const json_t *sources)
{
    size_t i;
    json_t *s;
    json_array_foreach(sources, i, s) {
        if (json_obj(s, "error"))
            return true;
    }
    return false;
}
