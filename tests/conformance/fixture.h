/* The tables of the conformance fixture: an MCP server that offers what the official suite asks for. One file per kind of
   thing; server.c gathers them and starts the engine. */
#ifndef LW_TESTS_CONFORMANCE_FIXTURE_H
#define LW_TESTS_CONFORMANCE_FIXTURE_H

#include "tools/offer.h"
#include "tools/tool.h"

#include <stdatomic.h>
#include <stddef.h>

struct engine;

/* What the handlers share: call->env. */
struct fixture {
    struct engine *engine;
    atomic_int watched_version; /* how often WATCHED_URI was changed */
};

#define WATCHED_URI "test://watched-resource"

struct tool_table {
    const struct tool *tools;
    size_t count;
};

extern const struct tool_table content_tools; /* every kind of content, and an error */
extern const struct tool_table telling_tools; /* progress and log messages on the way */
extern const struct tool_table asking_tools;  /* one question to the client */
extern const struct tool_table round_tools;   /* several questions, several rounds */
extern const struct tool_table task_tools;    /* what takes long */
extern const struct tool_table change_tools;  /* what others are told of */

extern const struct prompt *const fixture_prompts[];
extern const size_t fixture_prompt_count;
extern const struct resource *const fixture_resources[];
extern const size_t fixture_resource_count;

/* The document of documents/<name>.json, which the build makes `<name>_document` of. */
#define DOCUMENT(name) .document = name##_document, .document_len = sizeof name##_document - 1

/* A tool that takes no arguments and changes nothing, whole: its document says no more than this does. */
#define PLAIN_TOOL(name_, description_, run_)                                                                                    \
    {                                                                                                                            \
        .name = name_, .run = run_, .document = PLAIN_DOCUMENT(name_, description_),                                             \
        .document_len = sizeof PLAIN_DOCUMENT(name_, description_) - 1                                                           \
    }
#define PLAIN_DOCUMENT(name_, description_)                                                                                      \
    "{\"name\":\"" name_ "\",\"description\":\"" description_ "\",\"inputSchema\":{\"type\":\"object\","                         \
    "\"additionalProperties\":false},\"annotations\":{\"readOnlyHint\":true}}"

#endif
