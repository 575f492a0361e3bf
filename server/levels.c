/* What each legacy session wants to hear. */
#include "server/logging.h"

#include "base/own.h"
#include "base/recent.h"
#include "server/call.h"

#include <stdlib.h>
#include <string.h>

/* Sessions whose level is known. One that is crowded out hears what those hear who have said nothing. */
#define LEVELS_MAX 1024

struct levels {
    struct recent *by_session; /* one byte */
};

struct levels *levels_new(void)
{
    struct levels *l = xcalloc(1, sizeof *l);
    l->by_session = recent_new(LEVELS_MAX, INT64_MAX);
    return l;
}

void levels_free(struct levels *l)
{
    if (!l)
        return;
    recent_free(l->by_session);
    free(l);
}

void levels_set(struct levels *l, const char *session, enum note_level level)
{
    if (*session && strlen(session) < SESSION_KEY_MAX)
        recent_put(l->by_session, session, &(unsigned char){(unsigned char)level}, 1);
}

enum note_level levels_get(struct levels *l, const char *session)
{
    auto_free unsigned char *level = recent_get(l->by_session, session, NULL);
    return level ? (enum note_level)*level : LOGGING_LEVEL_UNSAID;
}
