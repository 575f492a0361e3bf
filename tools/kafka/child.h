/* Private to tools/kafka/worker.c: one child process, spoken to in lines of JSON. */
#ifndef LW_TOOLS_KAFKA_CHILD_H
#define LW_TOOLS_KAFKA_CHILD_H

#include "base/buf.h"
#include "base/err.h"

#include <jansson.h>
#include <stdint.h>
#include <sys/types.h>

struct kafka_child {
    pid_t pid;      /* 0: none */
    int in;         /* our end of its stdin; -1 once it was told to end */
    int out;        /* its stdout */
    int errors;     /* its stderr; -1 once that has ended */
    struct buf pending; /* read and not yet a whole line */
    struct buf said;    /* the beginning of its stderr */
};

/* Starts `program` without arguments, in a process group of its own, with nothing of our environment but what names
   certificates and libraries. Returns 0, or -1; kafka_child_end either way. */
int kafka_child_start(struct kafka_child *c, const char *program, struct err *e);

/* Writes a line (without its newline) to stdin. Returns 0, or -1 when the child does not read any more. */
int kafka_child_send(struct kafka_child *c, const char *text, size_t n);

enum kafka_news {
    KAFKA_LINE,  /* `*line` is a new reference */
    KAFKA_ENDED, /* stdout is at its end, or holds what is no line of ours */
    KAFKA_WOKEN, /* `wake_fd` can be read */
    KAFKA_LATE   /* the time has come */
};

/* Waits for the next line. `wake_fd` -1 for none. */
enum kafka_news kafka_child_wait(struct kafka_child *c, int wake_fd, int64_t until_mono_ms, json_t **line);

/* Closes stdin, which tells the child to come to an end. */
void kafka_child_ask_to_end(struct kafka_child *c);

/* Kills what still runs, waits for it, frees. `status` (may be NULL) gets how it ended, as waitpid says. Safe on a struct
   that holds no child. */
void kafka_child_end(struct kafka_child *c, int *status);

#endif
