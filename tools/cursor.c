#include "tools/cursor.h"

#include "base/buf.h"
#include "base/json.h"
#include "base/text.h"
#include "tools/fingerprint.h"

#include <string.h>

/* Binds the position to the tool and its arguments; also shows damage. */
static void seal(const char *tool, const json_t *arguments, const json_t *position, char *out)
{
    json_auto_t *rest = json_copy((json_t *)(uintptr_t)arguments);
    json_object_del(rest, "cursor");
    json_auto_t *all = json_object();
    json_put_str(all, "tool", tool);
    json_put(all, "arguments", json_incref(rest));
    json_put(all, "position", json_incref((json_t *)(uintptr_t)position));
    fingerprint_json(all, out);
}

char *cursor_make(const char *tool, const json_t *arguments, const json_t *position)
{
    char mark[FINGERPRINT_TEXT];
    seal(tool, arguments, position, mark);
    json_auto_t *o = json_object();
    json_put_str(o, "s", mark);
    json_put(o, "p", json_incref((json_t *)(uintptr_t)position));
    auto_buf struct buf text = BUF_INIT(CURSOR_TEXT_MAX);
    auto_buf struct buf coded = BUF_INIT(CURSOR_TEXT_MAX);
    if (json_add(&text, o) || text_b64url_encode(text.data, text.len, &coded))
        return NULL;
    return buf_steal(&coded, NULL);
}

json_t *cursor_read(const char *tool, const json_t *arguments, struct err *e)
{
    const char *coded = json_str(arguments, "cursor", NULL);
    if (!coded)
        return NULL;
    static const char wrong[] = "cursor: not a cursor this tool gave for these arguments. Leave it out to start again, or "
                                "repeat the arguments of the call that gave it.";
    auto_buf struct buf text = BUF_INIT(CURSOR_TEXT_MAX);
    json_auto_t *o = NULL;
    if (strlen(coded) <= CURSOR_TEXT_MAX && !text_b64url_decode(coded, strlen(coded), &text))
        o = json_parse(buf_text(&text), text.len, JSON_DEPTH_CLIENT, NULL);
    json_t *position = o ? json_obj(o, "p") : NULL;
    char mark[FINGERPRINT_TEXT];
    if (position)
        seal(tool, arguments, position, mark);
    if (!position || strcmp(json_str(o, "s", ""), mark)) {
        err_set(e, ERR_INVALID, "%s", wrong);
        return NULL;
    }
    return json_incref(position);
}
