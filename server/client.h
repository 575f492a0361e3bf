/* What a client has said it can do: its ClientCapabilities, of one request (2026-07-28) or of a session. */
#ifndef LW_SERVER_CLIENT_H
#define LW_SERVER_CLIENT_H

#include <jansson.h>

enum client_ability {
    CLIENT_ELICITS_FORMS = 1, /* elicitation, also where it says no mode */
    CLIENT_ELICITS_URLS = 2,
    CLIENT_SAMPLES = 4,
    CLIENT_HAS_ROOTS = 8,
    CLIENT_HAS_TASKS = 16, /* extension io.modelcontextprotocol/tasks */
    CLIENT_SAMPLES_WITH_TOOLS = 32
};

#define CLIENT_TASKS_EXTENSION "io.modelcontextprotocol/tasks"

/* Of a ClientCapabilities object; 0 for NULL or anything else. */
unsigned client_abilities(const json_t *capabilities);

#endif
