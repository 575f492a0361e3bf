#include "tools/cause.h"

#include <string.h>

static const struct {
    const char *name;
    enum cause_class class;
    const char *phrase;
} causes[CAUSE_COUNT] = {
    [CAUSE_UNKNOWN] = {"unknown", CLASS_NEEDS_HUMAN, "nothing that was read decides the cause"},
    [CAUSE_THROTTLING] = {"throttling", CLASS_TRANSIENT, "a service asked to be called less often"},
    [CAUSE_SERVICE_FAULT] = {"service_fault", CLASS_TRANSIENT, "a service failed on its own side"},
    [CAUSE_NETWORK] = {"network", CLASS_TRANSIENT, "a connection could not be made or was lost"},
    [CAUSE_CAPACITY] = {"capacity", CLASS_TRANSIENT, "there was no room to run it"},
    [CAUSE_SPOT_LOSS] = {"spot_loss", CLASS_TRANSIENT, "machines were taken away while it ran"},
    [CAUSE_LOCK_CONFLICT] = {"lock_conflict", CLASS_TRANSIENT, "something else was writing to the same table"},
    [CAUSE_ZOMBIE] = {"zombie", CLASS_TRANSIENT, "its process vanished without an end"},
    [CAUSE_OOM] = {"oom", CLASS_NEEDS_HUMAN, "it ran out of memory"},
    [CAUSE_DISK_FULL] = {"disk_full", CLASS_NEEDS_HUMAN, "it ran out of disk space"},
    [CAUSE_TIMEOUT] = {"timeout", CLASS_NEEDS_HUMAN, "it ran longer than allowed"},
    [CAUSE_PERMISSION] = {"permission", CLASS_PERMANENT, "it was not allowed to do what it tried"},
    [CAUSE_CODE_ERROR] = {"code_error", CLASS_PERMANENT, "its own code failed"},
    [CAUSE_SCHEMA] = {"schema", CLASS_PERMANENT, "data and code do not agree on columns or types"},
    [CAUSE_CONFIG] = {"config", CLASS_PERMANENT, "it is set up wrongly"},
    [CAUSE_SYNTAX] = {"syntax", CLASS_PERMANENT, "its code or SQL does not parse"},
    [CAUSE_NOT_FOUND] = {"not_found", CLASS_PERMANENT, "something it names does not exist"},
    [CAUSE_DATA_MISSING] = {"data_missing", CLASS_NEEDS_HUMAN, "its input data was not there"},
    [CAUSE_DATA_EMPTY] = {"data_empty", CLASS_NEEDS_HUMAN, "its input data was empty"},
    [CAUSE_DATA_LATE] = {"data_late", CLASS_NEEDS_HUMAN, "its input data had not arrived yet"},
    [CAUSE_DATA_CORRUPT] = {"data_corrupt", CLASS_NEEDS_HUMAN, "its input data could not be read"},
    [CAUSE_USER_CANCELLED] = {"user_cancelled", CLASS_NEEDS_HUMAN, "somebody stopped it"},
};

const char *cause_name(enum cause c)
{
    return causes[c].name;
}

bool cause_parse(const char *name, enum cause *out)
{
    for (int c = 0; c < CAUSE_COUNT; c++) {
        if (!strcmp(causes[c].name, name)) {
            *out = (enum cause)c;
            return true;
        }
    }
    return false;
}

enum cause_class cause_class(enum cause c)
{
    return causes[c].class;
}

const char *cause_class_name(enum cause_class c)
{
    static const char *const names[] = {
        [CLASS_TRANSIENT] = "transient", [CLASS_PERMANENT] = "permanent", [CLASS_NEEDS_HUMAN] = "needs_human"};
    return names[c];
}

bool cause_is_of_data(enum cause c)
{
    return c == CAUSE_DATA_MISSING || c == CAUSE_DATA_EMPTY || c == CAUSE_DATA_LATE || c == CAUSE_DATA_CORRUPT;
}

bool cause_wants_resize(enum cause c)
{
    return c == CAUSE_OOM || c == CAUSE_DISK_FULL || c == CAUSE_TIMEOUT;
}

const char *cause_phrase(enum cause c)
{
    return causes[c].phrase;
}
