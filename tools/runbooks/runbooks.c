#include "tools/runbooks/runbooks.h"

#include "base/json.h"
#include "base/own.h"
#include "base/text.h"
#include "tools/choice.h"
#include "tools/runbooks.texts.h"

#include <string.h>

#define TTL_MS (24 * 3600 * 1000) /* they change with the program only */

static int read_runbook(const struct tool_call *call, const char *uri, json_t **contents, struct err *e)
{
    json_t *page = text_starts(uri, RUNBOOK_URI) ? runbook_contents(uri + strlen(RUNBOOK_URI)) : NULL;
    if (!page)
        return err_set(e, ERR_NOT_FOUND, "there is no runbook %s", uri);
    auto_free char *missing = tool_choice_missing(tool_choice_of(call), json_str(page, "text", ""));
    *contents = json_pack("[o]", page);
    if (missing) /* beside the page, which is as long as its document says */
        json_array_append_new(*contents, json_pack("{s:s, s:s, s:s++}", "uri", uri, "mimeType", "text/plain", "text",
                                                   "Not offered by this server: ", missing, "."));
    return 0;
}

#define ROW(cause)                                                                                                     \
    {.name = #cause, .document = cause##_document, .document_len = sizeof cause##_document - 1, .ttl_ms = TTL_MS,      \
     .open = true, .read = read_runbook},
const struct resource runbooks[] = {RUNBOOKS(ROW)};
#undef ROW
const size_t runbooks_count = ARRAY_LEN(runbooks);

#define ROW(cause) {#cause, cause##_text},
static const struct {
    const char *cause, *text;
} pages[] = {RUNBOOKS(ROW)};

json_t *runbook_contents(const char *cause)
{
    for (size_t i = 0; i < ARRAY_LEN(pages); i++)
        if (!strcmp(pages[i].cause, cause))
            return json_pack("{s:s+, s:s, s:s}", "uri", RUNBOOK_URI, cause, "mimeType", "text/markdown", "text", pages[i].text);
    return NULL;
}
