/* Error code and message out of a body that may be broken in any way. */
#include "aws/fault.h"

#include "aws/xml.h"
#include "base/json.h"
#include "base/own.h"

#include <stdio.h>
#include <string.h>

static void put(char *out, size_t size, const char *s)
{
    if (!*out)
        snprintf(out, size, "%s", s);
}

/* "com.amazonaws.glue#EntityNotFoundException:http://..." means EntityNotFoundException. */
static void put_code(struct aws_fault *f, const char *s)
{
    const char *hash = strrchr(s, '#');
    char code[sizeof f->code];
    snprintf(code, sizeof code, "%s", hash ? hash + 1 : s);
    code[strcspn(code, ":;,")] = '\0';
    put(f->code, sizeof f->code, code);
}

/* The string behind `"key":` in text that is no JSON as a whole (cut off, or with keys twice). New reference
   or NULL. */
static json_t *find_string(const char *text, const char *key)
{
    char quoted[40];
    int n = snprintf(quoted, sizeof quoted, "\"%s\"", key);
    const char *p = strstr(text, quoted);
    if (!p)
        return NULL;
    p += n;
    p += strspn(p, " \t\r\n");
    if (*p++ != ':')
        return NULL;
    p += strspn(p, " \t\r\n");
    if (*p != '"')
        return NULL;
    const char *end = p + 1;
    while (*end && *end != '"')
        end += *end == '\\' && end[1] ? 2 : 1;
    return *end ? json_parse(p, (size_t)(end - p) + 1, 1, NULL) : NULL;
}

void fault_read_json(const struct http_reply *reply, bool header_first, struct aws_fault *f)
{
    static const char *const codes[] = {"__type", "code", "Code"};
    static const char *const messages[] = {"message", "Message", "errorMessage"};
    const char *text = buf_text(&reply->body);
    json_auto_t *body = json_parse(text, reply->body.len, JSON_DEPTH_UPSTREAM, NULL);
    char header[256];
    if (http_reply_header(reply, "x-amzn-query-error", header, sizeof header))
        put_code(f, header);
    bool named = http_reply_header(reply, "x-amzn-errortype", header, sizeof header);
    if (named && header_first)
        put_code(f, header);
    for (size_t i = 0; i < ARRAY_LEN(codes); i++) {
        json_auto_t *v = body ? json_incref(json_object_get(body, codes[i])) : find_string(text, codes[i]);
        if (json_is_string(v))
            put_code(f, json_string_value(v));
    }
    if (named)
        put_code(f, header);
    for (size_t i = 0; i < ARRAY_LEN(messages); i++) {
        json_auto_t *v =
            body ? json_incref(json_object_get(body, messages[i])) : find_string(text, messages[i]);
        if (json_is_string(v))
            put(f->message, sizeof f->message, json_string_value(v));
    }
}

/* The text between <name> and </name> in XML that is broken elsewhere. */
static void find_element(const char *text, const char *name, char *out, size_t size)
{
    char open[32], close[32];
    snprintf(open, sizeof open, "<%s>", name);
    snprintf(close, sizeof close, "</%s>", name);
    const char *from = strstr(text, open);
    const char *to = from ? strstr(from, close) : NULL;
    if (!to)
        return;
    from += strlen(open);
    char copy[384];
    snprintf(copy, sizeof copy, "%.*s", (int)(to - from < 383 ? to - from : 383), from);
    put(out, size, copy);
}

void fault_read_xml(const struct http_reply *reply, struct aws_fault *f)
{
    const char *text = buf_text(&reply->body);
    auto_xml struct xml *doc = xml_parse(text, reply->body.len, NULL);
    if (!doc) {
        find_element(text, "Code", f->code, sizeof f->code);
        find_element(text, "Message", f->message, sizeof f->message);
        return;
    }
    const struct xml_node *root = xml_root(doc), *error = root, *errors = xml_child(root, "Errors");
    if (strcmp(root->name, "Error") != 0)
        error = xml_child(errors ? errors : root, "Error");
    put(f->code, sizeof f->code, xml_child_text(error, "Code"));
    put(f->message, sizeof f->message, xml_child_text(error, "Message"));
    put(f->request_id, sizeof f->request_id, xml_child_text(root, "RequestId"));
    put(f->request_id, sizeof f->request_id, xml_child_text(root, "RequestID"));
}

bool fault_bucket_region(const struct http_reply *reply, char *out, size_t size)
{
    *out = '\0';
    if (http_reply_header(reply, "x-amz-bucket-region", out, size) && *out)
        return true;
    find_element(buf_text(&reply->body), "Region", out, size);
    return *out != '\0';
}
