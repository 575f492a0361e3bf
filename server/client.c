#include "server/client.h"

#include "base/json.h"

unsigned client_abilities(const json_t *capabilities)
{
    unsigned can = 0;
    const json_t *elicitation = json_obj(capabilities, "elicitation");
    if (elicitation) {
        bool urls = json_obj(elicitation, "url") != NULL;
        can |= urls ? CLIENT_ELICITS_URLS : 0;
        can |= !urls || json_obj(elicitation, "form") ? CLIENT_ELICITS_FORMS : 0;
    }
    can |= json_obj(capabilities, "sampling") ? CLIENT_SAMPLES : 0;
    can |= json_obj(json_obj(capabilities, "sampling"), "tools") ? CLIENT_SAMPLES_WITH_TOOLS : 0;
    can |= json_obj(capabilities, "roots") ? CLIENT_HAS_ROOTS : 0;
    can |= json_obj(json_obj(capabilities, "extensions"), CLIENT_TASKS_EXTENSION) ? CLIENT_HAS_TASKS : 0;
    return can;
}
