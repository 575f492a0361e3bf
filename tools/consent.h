/* A person's word on one write: how it is asked for, and what it was given for.

   The question goes to the client (elicitation/create, form mode). Its key names what is to be done, to the letter: were it
   something else by the time the answer comes, that would be another question. */
#ifndef LW_TOOLS_CONSENT_H
#define LW_TOOLS_CONSENT_H

#include "tools/fingerprint.h"
#include "tools/tool.h"

#include <stdbool.h>

#define CONSENT_KEY_TEXT (sizeof "confirm_" + FINGERPRINT_TEXT)
#define CONSENT_NOTE_MAX 300   /* bytes of a person's note that are kept */
#define CONSENT_ROUNDS_MAX 3   /* questions in one call: what is to be done may change while a person thinks */
#define CONSENT_WHY_MAX 480

/* What one call has been allowed; it outlives the single runs of its tool. Starts zeroed. */
struct consent {
    char given[CONSENT_KEY_TEXT]; /* key of what was agreed to; "" for nothing yet */
    char why[CONSENT_WHY_MAX];    /* the agreement in words, and the person's note */
    int rounds;
    bool again; /* agreed to, but what was read before the question is old: the tool has to look once more */
};

enum consent_word {
    CONSENT_YES,
    CONSENT_NO,    /* `why` says who or what stood against it */
    CONSENT_LATER, /* the client is being asked: return at once */
    CONSENT_STOPPED /* the call was stopped meanwhile */
};

/* Asks for what `act` says (the whole request belongs in it), unless it was agreed to already. `message` is what the person
   reads. `why` (CONSENT_WHY_MAX) is written with YES and NO. May block for as long as a person takes: nothing must be held. */
enum consent_word consent_ask(struct consent *c, const struct tool_call *call, const char *act, const char *message, char *why);

/* Whether `act` was agreed to in an earlier run of this call. */
bool consent_covers(const struct consent *c, const char *act);

#endif
