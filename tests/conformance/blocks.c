#include "tests/conformance/blocks.h"

#include "base/own.h"

#include <string.h>

const char red_pixel_png[] =
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR42mP4z8AAAAMBAQD3A0FDAAAAAElFTkSuQmCC";
const char silence_wav[] = "UklGRiwAAABXQVZFZm10IBAAAAABAAEAQB8AAEAfAAABAAgAZGF0YQgAAACAgICAgICAgA==";

json_t *block_text(const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    auto_free char *text = xvasprintf(fmt, ap);
    va_end(ap);
    return json_pack("{s:s, s:s}", "type", "text", "text", text);
}

json_t *block_image(void)
{
    return json_pack("{s:s, s:s, s:s}", "type", "image", "data", red_pixel_png, "mimeType", "image/png");
}

json_t *block_resource(const char *uri, const char *mime_type, const char *text)
{
    return json_pack("{s:s, s:{s:s, s:s, s:s}}", "type", "resource", "resource", "uri", uri, "mimeType", mime_type, "text", text);
}

int answer_with(struct tool_answer *out, json_t *block)
{
    out->content = json_pack("[o]", block);
    return 0;
}

int answer_error(struct tool_answer *out, json_t *block)
{
    out->is_error = true;
    return answer_with(out, block);
}
