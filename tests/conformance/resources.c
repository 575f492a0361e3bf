/* Resources: text, bytes, one that is watched, and a template. */
#include "base/json.h"
#include "base/own.h"
#include "tests/conformance/blocks.h"
#include "tests/conformance/fixture.h"
#include "tests/conformance/static_binary.json.h"
#include "tests/conformance/static_text.json.h"
#include "tests/conformance/template_data.json.h"
#include "tests/conformance/watched_resource.json.h"

#define TTL_MS 60000

static json_t *text_of(const char *uri, const char *mime_type, const char *text)
{
    return json_pack("[{s:s, s:s, s:s}]", "uri", uri, "mimeType", mime_type, "text", text);
}

static int read_text(const struct tool_call *call, const char *uri, json_t **contents, struct err *e)
{
    (void)call, (void)e;
    *contents = text_of(uri, "text/plain", "This is the content of the static text resource.");
    return 0;
}

static int read_binary(const struct tool_call *call, const char *uri, json_t **contents, struct err *e)
{
    (void)call, (void)e;
    *contents = json_pack("[{s:s, s:s, s:s}]", "uri", uri, "mimeType", "image/png", "blob", red_pixel_png);
    return 0;
}

static int read_watched(const struct tool_call *call, const char *uri, json_t **contents, struct err *e)
{
    (void)e;
    const struct fixture *fixture = call->env;
    auto_free char *version = xasprintf("This is version %d.", fixture->watched_version);
    *contents = text_of(uri, "text/plain", version);
    return 0;
}

static int read_template(const struct tool_call *call, const char *uri, json_t **contents, struct err *e)
{
    (void)e;
    const char *id = json_str(call->arguments, "id", "");
    auto_free char *data = xasprintf("Data for ID: %s", id);
    json_auto_t *value = json_pack("{s:s, s:b, s:s}", "id", id, "templateTest", 1, "data", data);
    size_t n;
    auto_free char *text = json_text(value, &n);
    *contents = text_of(uri, "application/json", text);
    return 0;
}

static const struct resource
    text = {.name = "static-text", .read = read_text, .ttl_ms = TTL_MS, .open = true, DOCUMENT(static_text)},
    binary = {.name = "static-binary", .read = read_binary, .ttl_ms = TTL_MS, .open = true, DOCUMENT(static_binary)},
    watched = {.name = "watched-resource", .read = read_watched, DOCUMENT(watched_resource)},
    template_data = {.name = "template-data", .read = read_template, .ttl_ms = TTL_MS, .open = true, DOCUMENT(template_data)};

const struct resource *const fixture_resources[] = {&text, &binary, &watched, &template_data};
const size_t fixture_resource_count = ARRAY_LEN(fixture_resources);
