/* The inside of struct servicenow, for the files of this folder that speak to the instance. */
#ifndef LW_TOOLS_SERVICENOW_PRIVATE_H
#define LW_TOOLS_SERVICENOW_PRIVATE_H

#include "tools/servicenow/servicenow.h"

#include <pthread.h>
#include <stdint.h>

struct servicenow {
    struct http *http; /* borrowed */
    struct aws *aws;   /* borrowed */
    struct servicenow_options options; /* strings are its own */
    pthread_mutex_t lock;              /* guards what follows */
    char *authorization;               /* value of the header; NULL: none yet */
    int64_t good_until_mono_ms;
};

/* The value of the Authorization header, to be freed: the one that is kept, else made from the credentials (and a token fetched
   where they are for OAuth). NULL with `f` when there is none to be had. */
char *servicenow_authorization(struct servicenow *s, struct stop *stop, struct aws_fault *f);

/* The instance did not take it: forget it unless it has been replaced since. */
void servicenow_forget(struct servicenow *s, const char *authorization);

/* Sets an error of our own side, with `kind` and the text as both message and error. Always returns -1. */
int servicenow_fault(struct aws_fault *f, enum err_kind kind, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

#endif
